// Harbor & Pine: a made-up furniture company with a believable AWS account, for the demonstration and for trying out.

import { declareFrom } from '../../adapters/people/owner-declarations.ts';
import type { Instant } from '../../domain/time.ts';
import { plusDays } from '../../domain/time.ts';
import { parseAccountSeed } from '../iam/account-seed.ts';
import { harborRoles } from './account-roles.ts';
import { harborUsers } from './account-users.ts';
import type { Casting, Company } from './company.ts';
import { quarterDefinitions } from './definitions.ts';
import { harborOtherSystems } from './other-systems.ts';
import { HARBOR_TEAMS, harborPeople } from './people.ts';

const ACCOUNT = '440987120365';

/** What Harbor & Pine's owners file says. */
const DECLARED = [
  { identity: 'svc-newsletter-old', owner: 'greta.holm@harborandpine.example' },
  { identity: 'svc-partner-feed', owner: 'greta.holm@harborandpine.example' },
  { identity: 'svc-webshop-images', owner: 'ben.carver@harborandpine.example' },
  { identity: 'svc-settlement-*', owner: 'lars.eriksen@harborandpine.example' },
] as const;

const CASTING: Casting = {
  claimantId: 'yuki.tan',
  habits: {
    'priya.nair': 'prompt',
    'mara.lindqvist': 'prompt',
    'yuki.tan': 'prompt',
    'omar.haddad': 'prompt',
    'tomasz.wolski': 'prompt',
    'lars.eriksen': 'bulk-clicker',
    'chloe.dubois': 'late',
    'sam.okafor': 'silent',
    'elena.petrova': 'silent',
    'greta.holm': 'gone',
    'ben.carver': 'wrong-person',
    'noah.weiss': 'mail-only',
    'hana.sato': 'fallback',
  },
  starring: {
    'revoke-one-key': ['svc-log-shipper'],
    drift: ['svc-legacy-jenkins'],
    'promise-kept': ['svc-ci-deploy'],
    'promise-missed': ['svc-notebook-runner'],
    reduce: ['svc-feature-store'],
    retire: ['svc-old-vpn-monitor'],
    'exception-ends': ['Notes AI connector'],
    'exception-stays': ['Harbor Assistant'],
    reassign: ['svc-metrics-exporter'],
    'wrong-person': ['svc-webshop-images'],
    'manual-task': ['Netlify deploy token'],
    contradiction: ['svc-invoice-archive'],
    undo: ['svc-payroll-sftp'],
    'orphan-claimed': ['svc-unknown-importer'],
    'orphan-unclaimed': ['svc-temp-2021'],
    'fallback-exception': ['svc-mystery-sync'],
  },
};

/** The company as of `startAt`; the same instant gives the same company. */
export function harborAndPine(startAt: Instant): Company {
  return {
    name: 'Harbor & Pine',
    source: 'made-up',
    people: harborPeople(startAt),
    teams: HARBOR_TEAMS,
    accountSeed: parseAccountSeed(
      {
        accountId: ACCOUNT,
        aliases: ['harbor-and-pine'],
        root: { createdAt: plusDays(startAt, -2200), mfaActive: true },
        users: harborUsers(startAt),
        roles: harborRoles(startAt),
      },
      'Harbor & Pine',
    ),
    fileRows: harborOtherSystems(startAt),
    declare: declareFrom({
      file: 'owners of Harbor & Pine',
      rows: DECLARED.map((row, position) => ({ ...row, line: position + 2 })),
    }),
    definitions: quarterDefinitions(
      {
        fallback: 'security-operations',
        manager: 'ines.moreau',
        approvers: 'second-approvers',
        riskAcceptors: 'risk-acceptance',
      },
      'identity.tags["pci"] == "in-scope"',
      { perOwner: 5, campaignPercent: 40 },
    ),
    casting: CASTING,
  };
}
