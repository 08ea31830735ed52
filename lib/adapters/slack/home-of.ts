// One person's home tab, as it stands: read and drawn.
import type { ReviewActions } from '../../application/review-actions.ts';
import type { Home } from '../../presentation/slack/blocks.ts';
import { HOME_PAGE_DECISIONS, HOME_PAGE_ITEMS, renderHome } from '../../presentation/slack/home.ts';
import type { HomeState } from '../../presentation/slack/home-rows.ts';

/** Reads no more than the page that is shown. @throws RefusedError with a sentence for the person */
export async function homeOf(
  actions: Pick<ReviewActions, 'desk' | 'history'>,
  personId: string,
  state: HomeState,
): Promise<Home> {
  const from = state.page * HOME_PAGE_ITEMS;
  const page = { from, size: state.tab === undefined || state.tab === 'queue' ? HOME_PAGE_ITEMS : 0 };
  const [desk, history] = await Promise.all([
    actions.desk(personId, { page: { ...page, filter: state.filter } }),
    state.tab === 'decisions'
      ? actions.history(personId, { from: state.page * HOME_PAGE_DECISIONS, size: HOME_PAGE_DECISIONS })
      : undefined,
  ]);
  const last = Math.max(0, Math.ceil((desk.page?.found ?? 0) / HOME_PAGE_ITEMS) - 1);
  // The last page may have been answered away meanwhile.
  if (page.size > 0 && state.page > last) return homeOf(actions, personId, { ...state, page: last });
  return renderHome(desk, state, history);
}
