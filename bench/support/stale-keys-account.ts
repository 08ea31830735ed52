// An account of users with stale, live, new and inactive keys, and the truth about which of them are stale.
import { DAY_MS, type Instant, plusMs } from '../../lib/domain/time.ts';
import { type AccountSeed, parseAccountSeed } from '../../lib/local/iam/account-seed.ts';

/** A key is stale when it was not used for this many days, or never and is as old. */
export const STALE_DAYS = 90;

/** Days since it was made and since it was used last; `used` absent: never. */
interface Key {
  readonly made: number;
  readonly used?: number;
  readonly inactive?: true;
}

/** What users look like, in turn: a third has something stale, and most of the traps are a stale key near a live one. */
const USERS: readonly (readonly Key[])[] = [
  [
    { made: 400, used: 200 },
    { made: 30, used: 0 },
  ],
  [{ made: 400, used: 0 }],
  [{ made: 300 }],
  [
    { made: 500, used: 120 },
    { made: 450, used: 100 },
  ],
  [{ made: 800, used: 300, inactive: true }],
  [
    { made: 800, used: 300, inactive: true },
    { made: 60, used: 1 },
  ],
  [{ made: 10 }],
  [],
  [{ made: 200, used: 95 }, { made: 5 }],
  [
    { made: 700, used: 89 },
    { made: 20, used: 2 },
  ],
  [{ made: 365 }, { made: 90, used: 3 }],
  [{ made: 40, used: 4 }],
];

/** The account as it starts. */
export interface StaleKeysAccount {
  readonly seed: AccountSeed;
  /** Ids of the stale keys that are active. */
  readonly stale: ReadonlySet<string>;
}

/** Makes an account of `size` users as of `now`. */
export function staleKeysAccount(size: number, now: Instant): StaleKeysAccount {
  const stale = new Set<string>();
  const ago = (days: number, seconds: number) => plusMs(now, -days * DAY_MS - (seconds % 3_600) * 1_000);
  const users = Array.from({ length: size }, (_, n) => ({
    userName: `svc-${n}`,
    createdAt: ago(900, n),
    tags: { owner: `team-${n % 50}` },
    keys: (USERS[n % USERS.length] ?? []).map(({ made, used, inactive }, slot) => {
      const accessKeyId = keyIdOf(n * 2 + slot);
      const isStale = (used ?? made) >= STALE_DAYS && !inactive;
      if (isStale) stale.add(accessKeyId);
      return {
        accessKeyId,
        slot: slot === 0 ? (1 as const) : (2 as const),
        status: inactive ? ('Inactive' as const) : ('Active' as const),
        createdAt: ago(made, n + slot * 7),
        lastUse:
          used === undefined
            ? { state: 'never' as const }
            : { state: 'used' as const, at: ago(used, n), region: 'eu-west-1', service: 's3' },
      };
    }),
  }));
  return { seed: parseAccountSeed({ accountId: '123456789012', users }), stale };
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function keyIdOf(n: number): string {
  let id = '';
  for (let rest = n; id.length < 16; rest = Math.floor(rest / 32)) id = `${LETTERS[rest % 32]}${id}`;
  return `AKIA${id}`;
}
