// What Bolt imports and never uses on Lambda: its web servers, its socket client, its OAuth pages. They are two thirds of
// the function that answers Slack, and every start would read them.
import type { Plugin } from 'esbuild';

const LEFT_OUT =
  /^(express|path-to-regexp|raw-body|@slack\/socket-mode|@slack\/oauth)$|receivers\/(Express|HTTP|SocketMode)Receiver$/;

/** Replaces those modules, when Bolt imports them, by one that can be loaded but throws by name when anything of it is used. */
export const leaveOutOfBolt: Plugin = {
  name: 'leave-out-of-bolt',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, importer }) => {
      const isBolt = importer.includes('/node_modules/@slack/bolt/');
      if (!isBolt || !LEFT_OUT.test(path)) return undefined;
      const name = path.split('/').at(-1) ?? path;
      return { path: name, namespace: 'left-out' };
    });
    build.onLoad({ filter: /./, namespace: 'left-out' }, ({ path }) => ({
      contents: standIn(path),
      loader: 'js',
    }));
  },
};

/** Bolt reads names off these modules when it is loaded and makes no use of them; a class that is never made may be extended. */
function standIn(name: string): string {
  return `
    function refuse() { throw new Error('"${name}" is left out of this bundle: it has no use on Lambda'); }
    class LeftOut { constructor() { refuse(); } }
    module.exports = new Proxy(Object.assign(refuse, { __esModule: true, default: LeftOut }), {
      get: (target, key) => key === 'default' || key === '__esModule' || typeof key === 'symbol' ? target[key] : LeftOut,
    });
  `;
}
