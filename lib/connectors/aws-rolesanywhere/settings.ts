// Where the connector works. No secret belongs here.
import * as z from 'zod';
import { connectionFields, EMULATOR_KEYS_ELSEWHERE, keepsEmulatorKeysHere } from '../aws/settings.ts';

/** Settings of the aws-rolesanywhere connector. */
export const AwsRolesAnywhereSettings = z
  .strictObject(connectionFields)
  .refine(keepsEmulatorKeysHere, EMULATOR_KEYS_ELSEWHERE);
export type AwsRolesAnywhereSettings = z.infer<typeof AwsRolesAnywhereSettings>;
