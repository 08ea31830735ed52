// Evidence packs, asked of the running stack.
import { exportStackEvidence } from '../stack-evidence.ts';
import type { LocalCall } from './call.ts';
import type { LocalCommandOf } from './protocol.ts';

/** Seals what waits, then exports. Returns what the pack says, and where the keys to trust are. */
export async function exportPack(
  { scope, out }: LocalCommandOf<'export-evidence'>,
  { session, progress }: LocalCall,
) {
  return exportStackEvidence(session.stack, scope, out, (rows, total) => {
    if (rows % 500 === 0) progress(rows / total, `${rows} of ${total} rows`);
  });
}
