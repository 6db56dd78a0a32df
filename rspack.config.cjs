/*
 * Numbers of modules by their order: by default they are made of paths, and a page that
 * is built in another folder would be another page.
 */
module.exports = { optimization: { moduleIds: 'natural' } };
