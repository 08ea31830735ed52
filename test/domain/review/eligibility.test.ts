import { describe, expect, it } from 'vitest';
import { known } from '../../../lib/domain/identity/fact.ts';
import type { OwnerClaim } from '../../../lib/domain/identity/ownership.ts';
import { Verdict } from '../../../lib/domain/review/decision.ts';
import { directoryOf } from '../../../lib/domain/review/directory.ts';
import {
  checkEligibility,
  checkSecondApprover,
  type EligibilityInput,
  needsSecondApprover,
} from '../../../lib/domain/review/eligibility.ts';
import type { Person } from '../../../lib/domain/review/person.ts';
import {
  ago,
  ahead,
  authenticated,
  definition,
  identity,
  item,
  NOW,
  person,
  snapshot,
  team,
} from '../identity/samples.ts';

const people = {
  ana: person('ana'),
  ben: person('ben'),
  cai: person('cai'),
  dan: person('dan'),
  gia: person('gia', { fullMember: false }),
  lea: person('lea', { active: false, leftAt: ago(1) }),
  pia: person('pia'),
  pit: person('pit'),
  sam: person('sam', { roles: ['security'] }),
  sue: person('sue'),
};
const directory = directoryOf(Object.values(people), [
  team('payments', 'ana', { memberIds: ['ana', 'ben', 'gia', 'lea'] }),
  team('platform', 'pia', { memberIds: ['pia', 'pit'] }),
  team('security', 'sue', { memberIds: ['sue', 'ben'] }),
]);
const claim = (value: string, change: Partial<OwnerClaim> = {}): OwnerClaim => ({
  role: 'technical',
  value,
  source: 'declared-file',
  detail: 'owners.yaml:3',
  outcome: 'eligible',
  ...change,
});
const owners = [
  claim('ana@example.com', { outcome: 'reviewer' }),
  claim('payments', { role: 'team' }),
  claim('dan@example.com', { source: 'tag', role: 'business' }),
];

type Change = Partial<Omit<EligibilityInput, 'who'>>;

const check = (who: Person, change: Change = {}) =>
  checkEligibility({
    verdict: 'certify',
    item: item(),
    snapshot: snapshot({ owners }),
    who,
    authenticated: authenticated(who.personId),
    definition: definition(),
    directory,
    now: NOW,
    ...change,
  });
const codeOf = (who: Person, change: Change = {}) => {
  const found = check(who, change);
  return found.eligible ? 'eligible' : found.code;
};

describe('who may answer', () => {
  it('the reviewer may, and how they were found is recorded', () => {
    expect(check(people.ana)).toEqual({ eligible: true, why: 'reviewer, found by tag' });
  });

  it('one person is chased, any active member of the owning team may decide', () => {
    expect(check(people.ben)).toEqual({
      eligible: true,
      why: 'member of the owning team payments team (declared-file)',
    });
  });

  it('another owner named by the same source may decide', () => {
    const both = [...owners, claim('cai', { role: 'backup' })];

    expect(check(people.cai, { snapshot: snapshot({ owners: both }) })).toEqual({
      eligible: true,
      why: 'backup owner (declared-file)',
    });
  });

  it('a weaker source gives nobody a say that a stronger one gave to others', () => {
    expect(codeOf(people.dan)).toBe('NOT_ELIGIBLE');
    expect(check(people.dan)).toMatchObject({
      message: 'DAN does not answer for deploy; its reviewer was asked.',
    });
  });

  it('a stranger in the same workspace who clicks the button is refused (teleport#68069)', () => {
    expect(Verdict.options.map((verdict) => codeOf(people.cai, { verdict }))).toEqual(
      Verdict.options.map(() => 'NOT_ELIGIBLE'),
    );
  });

  it('somebody who left, a guest, and somebody signed in as another are refused', () => {
    expect(codeOf(people.lea)).toBe('NOT_ELIGIBLE');
    expect(codeOf(people.gia)).toBe('NOT_ELIGIBLE');
    expect(codeOf(people.ana, { authenticated: authenticated('ben') })).toBe('NOT_ELIGIBLE');
    expect(codeOf(person('ana', { leftAt: ago(1) }))).toBe('NOT_ELIGIBLE');
  });

  it('a reviewer found by their manager’s post, or as creator, gives their teams no say', () => {
    for (const role of ['manager', 'creator'] as const) {
      const found = [
        claim('ana@example.com', { role, outcome: 'reviewer' }),
        claim('payments', { role: 'team' }),
      ];
      expect(codeOf(people.ben, { snapshot: snapshot({ owners: found }) })).toBe('NOT_ELIGIBLE');
    }
    expect(codeOf(people.ben, { snapshot: snapshot({ owners: [] }) })).toBe('NOT_ELIGIBLE');
  });
});

describe('proof of who it is', () => {
  it.each(['high', 'critical'] as const)('%s risk is never decided by e-mail alone', (tier) => {
    const mail = authenticated('ana', 'email-link-and-code');

    expect(codeOf(people.ana, { item: item({ tier }), authenticated: mail })).toBe('STRONGER_PROOF');
    expect(codeOf(people.ana, { item: item({ tier }), authenticated: mail, verdict: 'revoke' })).toBe(
      'STRONGER_PROOF',
    );
    expect(codeOf(people.ana, { item: item({ tier }), authenticated: mail, verdict: 'not-mine' })).toBe(
      'eligible',
    );
    expect(codeOf(people.ana, { item: item({ tier }) })).toBe('eligible');
  });

  it('lower risk may be decided by e-mail link and code', () => {
    expect(codeOf(people.ana, { authenticated: authenticated('ana', 'email-link-and-code') })).toBe(
      'eligible',
    );
  });

  it('an answer on the embedded stack is flagged as such', () => {
    expect(check(people.ana, { authenticated: authenticated('ana', 'local-demo') })).toEqual({
      eligible: true,
      why: 'reviewer, found by tag (local demo: nobody proved who they are)',
    });
  });
});

describe('the fallback', () => {
  const orphan = {
    item: item({ routedBy: 'fallback', reviewerId: 'pia' }),
    snapshot: snapshot({ owners: [] }),
  };

  it('may revoke, except or pass on, and never certifies', () => {
    const allowed = Verdict.options.filter(
      (verdict) => codeOf(people.pia, { ...orphan, verdict }) === 'eligible',
    );

    expect(allowed).toEqual(['revoke', 'except', 'reassign', 'not-mine']);
    expect(check(people.pia, orphan)).toMatchObject({ message: expect.stringContaining('Claim it first.') });
  });

  it('any member of the fallback team may stand in; others may not', () => {
    expect(check(people.pit, { ...orphan, verdict: 'revoke' })).toEqual({
      eligible: true,
      why: 'fallback reviewer of an unowned identity',
    });
    expect(codeOf(people.cai, { ...orphan, verdict: 'revoke' })).toBe('NOT_ELIGIBLE');
    const single = definition({ reviewers: { ...definition().reviewers, fallback: 'pia' } });
    expect(codeOf(people.pit, { ...orphan, definition: single, verdict: 'revoke' })).toBe('NOT_ELIGIBLE');
  });
});

describe('the security role', () => {
  it('may switch anything off and answer nothing else', () => {
    const allowed = Verdict.options.filter((verdict) => codeOf(people.sam, { verdict }) === 'eligible');

    expect(allowed).toEqual(['revoke']);
    expect(check(people.sam, { verdict: 'revoke' })).toEqual({ eligible: true, why: 'security role' });
  });
});

describe('nobody vouches for their own', () => {
  const created = identity({ createdBy: known('ana@example.com', 'CloudTrail') });
  const own = { snapshot: snapshot({ owners, identity: created }) };

  it('a creator may not certify where the tier forbids it, but may answer otherwise', () => {
    expect(check(people.ana, { ...own, item: item({ tier: 'high' }) })).toEqual({
      eligible: false,
      code: 'SELF_REVIEW',
      message: 'You created it; at high risk somebody else has to vouch.',
    });
    expect(codeOf(people.ana, { ...own, item: item({ tier: 'high' }), verdict: 'revoke' })).toBe('eligible');
    expect(codeOf(people.ana, own)).toBe('eligible');
    expect(codeOf(people.ben, { ...own, item: item({ tier: 'high' }) })).toBe('eligible');
  });

  it('nor may whoever granted its privileges or can read its secret', () => {
    const high = { item: item({ tier: 'high' }) };

    expect(check(people.ana, { ...high, close: { grantors: ['ana'] } })).toMatchObject({
      message: 'You granted its privileges in the period; at high risk somebody else has to vouch.',
    });
    expect(check(people.ana, { ...high, close: { secretReaders: ['ana'] } })).toMatchObject({
      message: 'You can read its secret; at high risk somebody else has to vouch.',
    });
    expect(codeOf(people.ana, { ...high, close: { secretReaders: ['payments', 'nobody'] } })).toBe(
      'eligible',
    );
  });
});

describe('delegates', () => {
  const allowing = definition({ reviewers: { ...definition().reviewers, delegateTo: ['cai', 'platform'] } });
  const delegations = [{ from: 'ana', to: 'cai', until: ahead(3) }];

  it('a delegate decides for the reviewer', () => {
    expect(check(people.cai, { definition: allowing, delegations })).toEqual({
      eligible: true,
      why: 'delegate of the reviewer (1 of at most 3 hops)',
    });
  });

  it('a delegate of the fallback may do no more than the fallback', () => {
    const orphan = item({ routedBy: 'fallback', reviewerId: 'pia' });
    const given = [{ from: 'pia', to: 'cai', until: ahead(3) }];
    const change = {
      item: orphan,
      definition: allowing,
      delegations: given,
      snapshot: snapshot({ owners: [] }),
    };

    expect(codeOf(people.cai, change)).toBe('NOT_ELIGIBLE');
    expect(codeOf(people.cai, { ...change, verdict: 'revoke' })).toBe('eligible');
  });

  it('there is no self-review by the back door of a delegate', () => {
    const created = identity({ createdBy: known('ana@example.com', 'CloudTrail') });
    const change = {
      definition: allowing,
      delegations,
      item: item({ tier: 'high' }),
      snapshot: snapshot({ owners, identity: created }),
    } as const;

    expect(check(people.cai, change)).toMatchObject({
      code: 'SELF_REVIEW',
      message: 'The person you decide for created it; at high risk somebody else has to vouch.',
    });
  });
});

describe('the second person', () => {
  const second = (who: Person, change: Partial<Parameters<typeof checkSecondApprover>[0]> = {}) =>
    checkSecondApprover({
      item: item({ tier: 'critical' }),
      snapshot: snapshot({ owners }),
      firstPersonId: 'ana',
      who,
      authenticated: authenticated(who.personId),
      definition: definition(),
      directory,
      now: NOW,
      ...change,
    });

  it('a keep of critical risk needs one; a removal, a promise and an exception do not', () => {
    const verdicts = Verdict.options.filter((verdict) =>
      needsSecondApprover('critical', verdict, definition()),
    );

    expect(verdicts).toEqual(['certify']);
    expect(needsSecondApprover('high', 'certify', definition())).toBe(false);
  });

  it('a keep of high risk clicked in Slack needs one, signed in with OpenID Connect it does not', () => {
    expect(needsSecondApprover('high', 'certify', definition(), 'slack-signed-interaction')).toBe(true);
    expect(needsSecondApprover('high', 'certify', definition(), 'oidc')).toBe(false);
    expect(needsSecondApprover('medium', 'certify', definition(), 'slack-signed-interaction')).toBe(false);
  });

  it('comes from the approvers, outside the owner’s team', () => {
    expect(second(people.sue)).toEqual({ eligible: true, why: "second approver outside the owner's team" });
    expect(second(people.sue, { group: 'riskAcceptors' })).toMatchObject({
      why: "risk acceptor outside the owner's team",
    });
    expect(second(people.cai)).toMatchObject({
      code: 'NOT_ELIGIBLE',
      message: 'CAI is not among the second approvers of this campaign.',
    });
    expect(second(people.ben)).toMatchObject({
      code: 'NOT_ELIGIBLE',
      message: "The second person has to come from outside the owner's team.",
    });
  });

  it('a single person can be the approver', () => {
    const single = definition({ reviewers: { ...definition().reviewers, approvers: 'cai' } });
    const nobody = definition({ reviewers: { ...definition().reviewers, approvers: 'ghost' } });

    expect(second(people.cai, { definition: single }).eligible).toBe(true);
    expect(second(people.sue, { definition: nobody }).eligible).toBe(false);
  });

  it('without an owning team the teams of the reviewer count, and for an orphan none does', () => {
    const alone = snapshot({ owners: [claim('ana', { outcome: 'reviewer' })] });

    expect(second(people.ben, { snapshot: alone }).eligible).toBe(false);
    expect(second(people.sue, { snapshot: alone }).eligible).toBe(true);
    expect(
      second(people.sue, { item: item({ routedBy: 'fallback', reviewerId: 'sue' }), snapshot: alone })
        .eligible,
    ).toBe(true);
  });

  it('is never the first, nobody who left, no creator, and nobody by e-mail alone', () => {
    const creator = snapshot({ owners, identity: identity({ createdBy: known('sue', 'x') }) });

    expect(second(people.sue, { firstPersonId: 'sue' })).toMatchObject({ code: 'SECOND_PERSON' });
    expect(second(people.lea)).toMatchObject({ code: 'NOT_ELIGIBLE' });
    expect(second(people.sue, { snapshot: creator })).toMatchObject({ code: 'SELF_REVIEW' });
    expect(second(people.sue, { authenticated: authenticated('sue', 'email-link-and-code') })).toMatchObject({
      code: 'STRONGER_PROOF',
    });
  });
});
