/**
 * The commands of the check room.
 */
export namespace CommandIDs {
  export const check = 'hpc:check';
}
