import type { Identity } from '../../lib/domain/identity/identity.ts';
import { identityIdOf } from '../../lib/domain/identity/identity-id.ts';
import { instantOf } from '../../lib/domain/time.ts';

/** A plain service account in use, with changes on top. */
export function sampleIdentity(changes: Partial<Identity> = {}): Identity {
  const name = changes.name ?? 'build-7';
  return {
    schemaVersion: 1,
    identityId: identityIdOf('aws-iam', '123456789012', 'service-account', `user/${name}`),
    connector: 'aws-iam',
    scope: '123456789012',
    kind: 'service-account',
    nativeId: `user/${name}`,
    name,
    environment: { known: true, value: 'production', source: 'tag env' },
    purpose: { known: true, value: 'nightly builds', source: 'tag purpose' },
    boundTo: { known: false, lookedIn: ['tags'] },
    consumers: { known: false, lookedIn: ['tags'] },
    ownedByCode: { known: false, lookedIn: ['tags'] },
    approval: { known: false, lookedIn: ['tags'] },
    createdAt: { known: true, value: instantOf(Date.UTC(2025, 0, 1)), source: 'credential report' },
    createdBy: { known: false, lookedIn: ['tags'] },
    lastUse: {
      state: 'used',
      at: instantOf(Date.UTC(2026, 7, 20)),
      service: 's3',
      source: 'credential report',
    },
    credentials: [],
    entitlements: {
      level: 'write',
      admin: 'no',
      adminReason: 'no administrative action',
      services: ['s3'],
      policies: [],
      trust: [],
    },
    tags: {},
    ownerHints: [],
    traits: [],
    protection: { protected: false, reason: '' },
    removalPath: { how: 'disable', description: 'its access keys are made inactive', reversible: true },
    observedAt: instantOf(Date.UTC(2026, 8, 1)),
    ...changes,
  };
}
