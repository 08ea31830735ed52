// What the aws-iam connector says of itself, as data.
import type { ConnectorManifest } from '../../application/ports/connector.ts';

const automatic = (description: string) => ({ how: 'automatic' as const, description });
const manual = (description: string) => ({ how: 'manual-task' as const, description });

const READ_BACK = automatic('status read back; level `confirmed`');
const BY_HAND = manual('left inactive; delete it by hand');
const ROOT = {
  how: 'unsupported' as const,
  reason: 'the root user is protected and has no API from outside',
};

const USER = 'arn:aws:iam::*:user/*';
const ROLE = 'arn:aws:iam::*:role/*';

/** Manifest of the aws-iam connector. */
export const manifest: ConnectorManifest = {
  id: 'aws-iam',
  title: 'AWS IAM users, access keys and roles',
  identityKinds: ['service-account', 'api-key', 'workload-identity', 'root-account', 'person'],
  capabilities: {
    collect: automatic('credential report and authorization details, joined by ARN; either alone works'),
    disable: {
      'access-key': automatic('UpdateAccessKey Inactive'),
      'signing-certificate': automatic('UpdateSigningCertificate Inactive'),
      'service-specific-credential': automatic('UpdateServiceSpecificCredential Inactive'),
      'ssh-public-key': automatic('UpdateSSHPublicKey Inactive'),
      'service-account': automatic(
        'every active credential of the user to Inactive; sessions made with its keys refused by inline policy CountersignSessionsRevoked',
      ),
      'api-key': automatic('UpdateAccessKey Inactive'),
      'workload-identity': automatic('inline policy CountersignDisabled, which denies everything'),
      'root-account': ROOT,
    },
    restore: {
      'access-key': automatic('UpdateAccessKey Active, if it was'),
      'signing-certificate': automatic('UpdateSigningCertificate Active, if it was'),
      'service-specific-credential': automatic('UpdateServiceSpecificCredential Active, if it was'),
      'ssh-public-key': automatic('UpdateSSHPublicKey Active, if it was'),
      'service-account': automatic('every credential and the policy back to what they were'),
      'api-key': automatic('UpdateAccessKey Active, if it was'),
      'workload-identity': automatic('CountersignDisabled taken off, or what stood under that name put back'),
      'root-account': ROOT,
    },
    verify: {
      'access-key': automatic(
        'status read back and later use looked up; level `confirmed`, or `refused` where its secret is a canary',
      ),
      'signing-certificate': READ_BACK,
      'service-specific-credential': READ_BACK,
      'ssh-public-key': READ_BACK,
      'service-account': automatic(
        'every credential read back; a new active one is drift; level `confirmed`, or `refused` where the secrets of all its keys are canaries',
      ),
      'api-key': automatic(
        'status read back and later use looked up; level `confirmed`, or `refused` where its secret is a canary',
      ),
      'workload-identity': automatic('policy read back and SimulatePrincipalPolicy; level `refused`'),
      'root-account': ROOT,
    },
    remove: {
      'access-key': automatic('DeleteAccessKey'),
      'signing-certificate': BY_HAND,
      'service-specific-credential': BY_HAND,
      'ssh-public-key': BY_HAND,
      'service-account': automatic(
        'DeleteAccessKey for each key; the user itself and its other credentials stay',
      ),
      'api-key': automatic('DeleteAccessKey'),
      'workload-identity': { how: 'unsupported', reason: 'a role is deleted where it is defined' },
      'root-account': ROOT,
    },
    activity: automatic('CloudTrail LookupEvents: management events of 90 days; data events are not in it'),
  },
  secretSettings: ['canaries.*'],
  permissions: [
    grant('collect', 'iam:GenerateCredentialReport', '*', 'keys, console access, last use'),
    grant('collect', 'iam:GetCredentialReport', '*', 'keys, console access, last use'),
    grant('collect', 'iam:GetAccountAuthorizationDetails', '*', 'roles, tags, policies'),
    grant('collect', 'iam:GetAccountSummary', '*', 'independent counts'),
    grant('collect', 'iam:ListServiceSpecificCredentials', '*', 'what the credential report omits'),
    grant('disable', 'iam:ListAccessKeys', USER, 'match the reviewed key to its id'),
    grant('disable', 'iam:GetAccessKeyLastUsed', '*', 'recheck before acting'),
    grant('disable', 'iam:UpdateAccessKey', USER, 'switch a key off'),
    grant('disable', 'iam:ListSigningCertificates', USER, 'match the reviewed certificate'),
    grant('disable', 'iam:UpdateSigningCertificate', USER, 'switch a certificate off'),
    grant('disable', 'iam:ListServiceSpecificCredentials', USER, 'find them on the user'),
    grant('disable', 'iam:UpdateServiceSpecificCredential', USER, 'switch one off'),
    grant('disable', 'iam:ListSSHPublicKeys', USER, 'find them on the user'),
    grant('disable', 'iam:UpdateSSHPublicKey', USER, 'switch one off'),
    grant('disable', 'iam:GetLoginProfile', USER, 'hold when the user has become a person'),
    grant('disable', 'iam:GetUserPolicy', USER, 'keep what stands under the session policy’s name'),
    grant('disable', 'iam:PutUserPolicy', USER, 'add CountersignSessionsRevoked'),
    grant('disable', 'iam:GetRole', ROLE, 'recheck before acting'),
    grant('disable', 'iam:GetRolePolicy', ROLE, 'keep what stands under the policy’s name'),
    grant('disable', 'iam:PutRolePolicy', ROLE, 'add CountersignDisabled'),
    ...listing('restore', 'see what there is to put back'),
    grant('restore', 'iam:UpdateAccessKey', USER, 'switch a key back on'),
    grant('restore', 'iam:UpdateSigningCertificate', USER, 'switch a certificate back on'),
    grant('restore', 'iam:UpdateServiceSpecificCredential', USER, 'switch one back on'),
    grant('restore', 'iam:UpdateSSHPublicKey', USER, 'switch one back on'),
    grant('restore', 'iam:GetUserPolicy', USER, 'keep what others changed since'),
    grant('restore', 'iam:PutUserPolicy', USER, 'put back what stood under the session policy’s name'),
    grant('restore', 'iam:DeleteUserPolicy', USER, 'take CountersignSessionsRevoked off'),
    grant('restore', 'iam:GetRole', ROLE, 'see that it is the same role'),
    grant('restore', 'iam:GetRolePolicy', ROLE, 'see what there is to put back'),
    grant('restore', 'iam:PutRolePolicy', ROLE, 'put back what stood under the policy’s name'),
    grant('restore', 'iam:DeleteRolePolicy', ROLE, 'take CountersignDisabled off'),
    ...listing('verify', 'read the status back'),
    grant('verify', 'iam:GetAccessKeyLastUsed', '*', 'look for later use'),
    grant('verify', 'iam:GetUserPolicy', USER, 'read the session policy back'),
    grant('verify', 'iam:GetRole', ROLE, 'see that it is the same role'),
    grant('verify', 'iam:GetRolePolicy', ROLE, 'read the policy back'),
    grant('verify', 'iam:SimulatePrincipalPolicy', ROLE, 'see that it refuses'),
    grant('activity', 'cloudtrail:LookupEvents', '*', 'calls of the last 90 days'),
    grant('activity', 'iam:ListAccessKeys', USER, 'match the reviewed key to its id'),
    grant('activity', 'iam:GetAccessKeyLastUsed', '*', 'read with the key'),
    ...listing('remove', 'not when it is on again'),
    grant('remove', 'iam:DeleteAccessKey', USER, 'delete after quarantine'),
    grant('remove', 'iam:GetUserPolicy', USER, 'see whether sessions are still refused'),
    grant('remove', 'iam:PutUserPolicy', USER, 'put back what stood under the session policy’s name'),
    grant('remove', 'iam:DeleteUserPolicy', USER, 'take CountersignSessionsRevoked off'),
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

/** What every act on a user's credentials reads first. */
function listing(
  serves: ConnectorManifest['permissions'][number]['for'],
  why: string,
): ConnectorManifest['permissions'] {
  return [
    'iam:ListAccessKeys',
    'iam:ListSigningCertificates',
    'iam:ListServiceSpecificCredentials',
    'iam:ListSSHPublicKeys',
  ].map((action) => grant(serves, action, USER, why));
}
