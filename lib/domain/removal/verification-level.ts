// How well a switch-off is known to hold. It speaks of this credential, never of "access removed".
import * as z from 'zod';

/**
 * `failed` it is not off · `unchecked` nobody looked · `confirmed` its state was read back disabled ·
 * `refused` and an attempt or simulation was refused for the right reason · `proven` and no later use was seen
 * through a closed observation window.
 */
export const VerificationLevel = z.enum(['failed', 'unchecked', 'confirmed', 'refused', 'proven']);
export type VerificationLevel = z.infer<typeof VerificationLevel>;
