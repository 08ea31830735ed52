// Where the connector works, and which secrets are Countersign's own. No secret belongs here.
import * as z from 'zod';
import { connectionFields, EMULATOR_KEYS_ELSEWHERE, keepsEmulatorKeysHere } from '../aws/settings.ts';

/** Settings of the aws-secrets-manager connector. */
export const AwsSecretsManagerSettings = z
  .strictObject({
    ...connectionFields,
    /** ARNs or names of Countersign's own secrets: reviewed, never switched off. Those it made itself are known by their tag. */
    ownSecrets: z.array(z.string().min(1)).default([]),
  })
  .refine(keepsEmulatorKeysHere, EMULATOR_KEYS_ELSEWHERE);
export type AwsSecretsManagerSettings = z.infer<typeof AwsSecretsManagerSettings>;
