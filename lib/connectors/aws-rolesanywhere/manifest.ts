// What the aws-rolesanywhere connector says of itself, as data.
import type { ConnectorManifest } from '../../application/ports/connector.ts';

const automatic = (description: string) => ({ how: 'automatic' as const, description });
const unsupported = (reason: string) => ({ how: 'unsupported' as const, reason });

const OFF = automatic('DisableProfile or DisableTrustAnchor');
const ON = automatic('EnableProfile or EnableTrustAnchor, if it was enabled');
const READ_BACK = automatic('read back; says until when sessions may live; level `confirmed`');
const KEPT = unsupported('left disabled: a profile or trust anchor is deleted where it is defined');

const PROFILE = 'arn:aws:rolesanywhere:*:*:profile/*';
const ANCHOR = 'arn:aws:rolesanywhere:*:*:trust-anchor/*';
const SUBJECT = 'arn:aws:rolesanywhere:*:*:subject/*';

/** Manifest of the aws-rolesanywhere connector. */
export const manifest: ConnectorManifest = {
  id: 'aws-rolesanywhere',
  title: 'AWS IAM Roles Anywhere profiles, trust anchors and subjects',
  identityKinds: ['workload-identity', 'certificate'],
  capabilities: {
    collect: automatic('profiles, trust anchors and subjects in every Region of the settings'),
    disable: {
      'workload-identity': OFF,
      'federated-trust': OFF,
      certificate: {
        how: 'manual-task',
        description:
          'the issuer revokes the certificate, and a person imports the revocation list (ImportCrl)',
      },
    },
    restore: {
      'workload-identity': ON,
      'federated-trust': ON,
      certificate: { how: 'manual-task', description: 'the issuer issues another certificate' },
    },
    verify: {
      'workload-identity': READ_BACK,
      'federated-trust': READ_BACK,
      certificate: automatic('GetSubject: `confirmed` once its certificates are disabled, else `unchecked`'),
    },
    remove: {
      'workload-identity': KEPT,
      'federated-trust': KEPT,
      certificate: unsupported('Roles Anywhere keeps a subject as the record of what it has seen'),
    },
  },
  permissions: [
    grant('collect', 'rolesanywhere:ListProfiles', '*', 'profiles with roles and session limits'),
    grant('collect', 'rolesanywhere:ListTrustAnchors', '*', 'certificate authorities that are trusted'),
    grant('collect', 'rolesanywhere:ListSubjects', '*', 'certificates seen, and when last'),
    grant('collect', 'rolesanywhere:ListCrls', '*', 'revocation lists in force'),
    grant('collect', 'rolesanywhere:GetSubject', SUBJECT, 'each certificate of a subject'),
    grant('collect', 'rolesanywhere:ListTagsForResource', PROFILE, 'who answers for it'),
    grant('collect', 'rolesanywhere:ListTagsForResource', ANCHOR, 'who answers for it'),
    grant('disable', 'rolesanywhere:GetProfile', PROFILE, 'recheck before acting'),
    grant('disable', 'rolesanywhere:GetTrustAnchor', ANCHOR, 'recheck before acting'),
    grant('disable', 'rolesanywhere:GetSubject', SUBJECT, 'name its certificates in the task'),
    grant('disable', 'rolesanywhere:DisableProfile', PROFILE, 'switch it off'),
    grant('disable', 'rolesanywhere:DisableTrustAnchor', ANCHOR, 'switch it off'),
    grant('restore', 'rolesanywhere:GetProfile', PROFILE, 'see whether it is on already'),
    grant('restore', 'rolesanywhere:GetTrustAnchor', ANCHOR, 'see whether it is on already'),
    grant('restore', 'rolesanywhere:EnableProfile', PROFILE, 'switch it back on'),
    grant('restore', 'rolesanywhere:EnableTrustAnchor', ANCHOR, 'switch it back on'),
    grant('verify', 'rolesanywhere:GetProfile', PROFILE, 'read it back'),
    grant('verify', 'rolesanywhere:GetTrustAnchor', ANCHOR, 'read it back'),
    grant('verify', 'rolesanywhere:GetSubject', SUBJECT, 'see whether its certificates are disabled'),
  ],
};

function grant(
  serves: ConnectorManifest['permissions'][number]['for'],
  action: string,
  resource: string,
  why: string,
): ConnectorManifest['permissions'][number] {
  return { action, resource, for: serves, why };
}
