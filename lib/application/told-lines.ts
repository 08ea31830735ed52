// What single notices and lists told a person, in the same form; and what is gathered for the next list.
import * as z from 'zod';
import { type Notice, NoticePurpose } from '../domain/chase/notice.ts';
import type { Environment } from './environment.ts';
import { mapConcurrently } from './in-batches.ts';
import { readFileBytes } from './plain-json.ts';

/** One thing told: the purpose and occasion of the notice it would have had alone. */
export type ToldLine = Pick<Notice, 'purpose' | 'occasion' | 'claimedAt'>;

const About = z.array(z.string());

/** What these notices told, each list taken apart. */
export async function toldBy(
  { blobs }: Environment,
  notices: readonly Notice[],
): Promise<readonly ToldLine[]> {
  const lines = await mapConcurrently(notices, 8, async (notice): Promise<readonly ToldLine[]> => {
    if (notice.about === undefined) return [notice];
    const about = About.parse(readFileBytes(await blobs.get(notice.about)));
    return about.flatMap((line) => lineOf(line, notice) ?? []);
  });
  return lines.flat();
}

/** What is gathered for a person and perhaps not told yet. */
export async function gatheredFor({ store }: Environment, personId: string): Promise<readonly ToldLine[]> {
  const desk = await store.get('desk', { personId });
  return (desk?.bundles ?? []).flatMap(({ about, bundleId }) =>
    about.map(({ what, of }) => ({ purpose: what, occasion: of, claimedAt: bundleId })),
  );
}

function lineOf(line: string, { claimedAt }: Notice): ToldLine | undefined {
  const cut = line.indexOf(' ');
  const purpose = NoticePurpose.safeParse(line.slice(0, cut));
  return purpose.success ? { purpose: purpose.data, occasion: line.slice(cut + 1), claimedAt } : undefined;
}
