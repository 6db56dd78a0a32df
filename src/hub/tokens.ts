/**
 * The commands of the hub room.
 */
export namespace CommandIDs {
  export const stop = 'hub:stop-server';
}
