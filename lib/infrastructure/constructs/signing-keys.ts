// Keys that sign: attestations with ECDSA P-256, the log's heads with Ed25519. They never leave KMS.
import { RemovalPolicy } from 'aws-cdk-lib';
import { AccountRootPrincipal, type IRole, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/** How a key signs: what KMS is asked for, and nothing else is granted. */
export interface SigningForm {
  readonly spec: KeySpec;
  readonly algorithm: string;
  /** RAW: KMS hashes the message. DIGEST: it is given the hash. */
  readonly messageType: 'RAW' | 'DIGEST';
}

/** Attestations may be longer than the 4,096 bytes KMS takes raw, so it is given their SHA-256. */
export const ATTESTATION_FORM: SigningForm = {
  spec: KeySpec.ECC_NIST_P256,
  algorithm: 'ECDSA_SHA_256',
  messageType: 'DIGEST',
};

/** Ed25519 as signed notes want it: over the message, never prehashed. */
export const NOTE_FORM: SigningForm = {
  spec: KeySpec.ECC_NIST_EDWARDS25519,
  algorithm: 'ED25519_SHA_512',
  messageType: 'RAW',
};

/** What a signing key is made with. */
export interface SigningKeyProps {
  readonly description: string;
  readonly form: SigningForm;
  /** ARNs of the roles that may sign. They need not exist yet; nobody else can be granted it by IAM. */
  readonly signers: readonly string[];
}

/** What administrators of the account may do with a signing key: everything but sign. */
const ADMINISTRATION = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:EnableKey',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
];

/** An asymmetric key whose policy lets only named roles sign, in one way. Kept when the stack goes. */
export class SigningKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, { description, form, signers }: SigningKeyProps) {
    super(scope, id);
    const account = new AccountRootPrincipal();
    this.key = new Key(this, 'Key', {
      description,
      keySpec: form.spec,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy: RemovalPolicy.RETAIN,
      policy: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'AdministeredByThisAccount',
            principals: [account],
            actions: ADMINISTRATION,
            resources: ['*'],
          }),
          new PolicyStatement({
            sid: 'ReadAndVerifiedByThisAccount',
            principals: [account],
            actions: ['kms:GetPublicKey', 'kms:Verify'],
            resources: ['*'],
          }),
          new PolicyStatement({
            sid: 'SignedByTheseRolesOnly',
            principals: [account],
            actions: ['kms:Sign'],
            resources: ['*'],
            conditions: {
              ArnEquals: { 'aws:PrincipalArn': signers },
              StringEquals: { 'kms:SigningAlgorithm': form.algorithm, 'kms:MessageType': form.messageType },
            },
          }),
        ],
      }),
    });
  }
}

/** Lets a role sign with a key in the key's one way, and read its public half. */
export function grantSign(role: IRole, keyArn: string, form: SigningForm): void {
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['kms:Sign'],
      resources: [keyArn],
      conditions: {
        StringEquals: { 'kms:SigningAlgorithm': form.algorithm, 'kms:MessageType': form.messageType },
      },
    }),
  );
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ['kms:GetPublicKey'], resources: [keyArn] }));
}
