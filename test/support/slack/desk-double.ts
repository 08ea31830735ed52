// Review actions kept in memory: what people decide shows up on their desk, once per act.
import type { ItemView } from '../../../lib/application/ports/messenger.ts';
import type {
  ActOutcome,
  DecideInput,
  DeskOptions,
  DeskView,
  PendingApproval,
  RecentAct,
  ReviewActions,
} from '../../../lib/application/review-actions.ts';
import { RefusedError } from '../../../lib/domain/errors.ts';
import type { Person } from '../../../lib/domain/review/person.ts';
import { verdictWords } from '../../../lib/presentation/wording.ts';
import { campaignId, now, sampleDocket } from './samples.ts';

/** One act as it arrived. */
export type Acted = { readonly act: string; readonly actId: string; readonly input: unknown };

/** The double, with what it was asked. */
export interface DeskDouble extends ReviewActions {
  readonly acted: Acted[];
  /** The next act is refused with this sentence. */
  refuseNext(message: string): void;
  open(): readonly ItemView[];
}

/** A desk of one person with these items. */
export function deskDouble(
  person: Person,
  items: readonly ItemView[],
  extra: { readonly approvals?: readonly PendingApproval[]; readonly candidates?: readonly Person[] } = {},
): DeskDouble {
  const open = [...items];
  const recent: RecentAct[] = [];
  const acted: Acted[] = [];
  const outcomes = new Map<string, ActOutcome>();
  let refusal: string | undefined;
  const once = (act: string, actId: string, input: unknown, work: () => string): Promise<ActOutcome> => {
    const before = outcomes.get(actId);
    if (before) return Promise.resolve(before);
    if (refusal !== undefined) {
      const message = refusal;
      refusal = undefined;
      return Promise.reject(new RefusedError({ code: 'NOT_ELIGIBLE', message }));
    }
    acted.push({ act, actId, input });
    const outcome = { text: work() };
    outcomes.set(actId, outcome);
    recent.unshift({ at: now, text: outcome.text });
    return Promise.resolve(outcome);
  };
  const take = (identityKey: string) => {
    const position = open.findIndex(({ item }) => item.identityKey === identityKey);
    return position < 0 ? undefined : open.splice(position, 1)[0];
  };
  const find = (identityKey: string): ItemView => {
    const found = items.find(({ item }) => item.identityKey === identityKey);
    if (!found) throw new RefusedError({ code: 'NOT_FOUND', message: 'This item is not yours to look at.' });
    return found;
  };
  const pageOf = ({ from, size, filter = {} }: NonNullable<DeskOptions['page']>) => {
    const { tier, advice, unchanged } = filter;
    const found = open.filter(
      ({ item }) =>
        (tier === undefined || item.tier === tier) &&
        (advice === undefined || item.recommendation === advice) &&
        (unchanged === undefined || item.unchanged),
    );
    return { items: found.slice(from, from + size), found: found.length, part: false };
  };
  return {
    acted,
    open: () => open,
    refuseNext(message) {
      refusal = message;
    },
    decide: (input: DecideInput) =>
      once('decide', input.actId, input, () => {
        const taken = take(input.item.identityKey);
        return `${verdictWords(input.request.verdict)}: ${taken?.item.name ?? 'nothing'}.`;
      }),
    keepGroup: (input) =>
      once('keep-group', input.actId, input, () => {
        const named = input.only?.map(({ identityKey }) => identityKey);
        const kept = open.filter(({ item }) =>
          named ? named.includes(item.identityKey) : item.group === input.group,
        );
        for (const { item } of kept) take(item.identityKey);
        return `Kept ${kept.length} of one group.`;
      }),
    approve: (input) =>
      once('approve', input.actId, input, () => `${input.agree ? 'Agreed' : 'Disagreed'}: ${input.kind}.`),
    claim: (input) => once('claim', input.actId, input, () => 'Claimed; a second person is asked.'),
    find: ({ text }) => Promise.resolve(open.filter(({ item }) => item.name.startsWith(text)).slice(0, 10)),
    delegate: (input) => once('delegate', input.actId, input, () => 'They may answer for you.'),
    snooze: (input) => once('snooze', input.actId, input, () => 'No reminders until then.'),
    askSecurity: (input) => once('ask-security', input.actId, input, () => 'Security was asked.'),
    isQuestionThread: async () => false,
    passAnswerOn: async () => ({ text: 'They were told.' }),
    group: ({ group }) =>
      Promise.resolve({
        campaignId,
        title: 'Quarterly review of service accounts',
        group,
        label: 'acme/shop · ReadOnly · production',
        alike: open.filter(({ item }) => item.unchanged).map((view) => ({ view })),
        outliers: open
          .filter(({ item }) => !item.unchanged)
          .map((view) => ({ view, why: 'changed' as const })),
        more: 0,
      }),
    history: (_personId, { from, size }) =>
      Promise.resolve({
        acts: recent.slice(from, from + size).map(({ at, text }) => ({ at, text })),
        more: recent.length > from + size,
      }),
    undo: (input) => once('undo', input.actId, input, () => 'Put back as it was.'),
    desk: (personId, options): Promise<DeskView> => {
      if (personId !== person.personId) {
        return Promise.reject(new RefusedError({ code: 'NOT_FOUND', message: 'Nobody by that name.' }));
      }
      const shown = open.slice(0, options?.perDocket ?? (options?.page ? 0 : 10));
      const dockets = open.length > 0 ? [{ ...sampleDocket(open), items: shown }] : [];
      return Promise.resolve({
        person,
        now,
        dockets,
        approvals: extra.approvals ?? [],
        recent,
        ...(options?.page ? { page: pageOf(options.page) } : {}),
      });
    },
    item: async (ref) => find(ref.identityKey),
    candidates: () => Promise.resolve(extra.candidates ?? []),
  };
}
