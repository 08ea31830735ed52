// Quotas and protections on policies.
import type { Role } from '../entities.ts';
import { QueryFailure } from '../query-protocol.ts';

/** IAM counts characters without white space. @throws QueryFailure LimitExceeded. */
export function refuseOversized(text: string, quota: number, name: string): void {
  if (text.replace(/\s/g, '').length > quota) {
    throw new QueryFailure('LimitExceeded', 409, `Cannot exceed quota for ${name}: ${quota}`);
  }
}

/** Service-linked and single sign-on roles can be changed by AWS only. @throws QueryFailure UnmodifiableEntity. */
export function refuseProtected(role: Role): void {
  if (role.path.startsWith('/aws-service-role/') || role.path.startsWith('/aws-reserved/')) {
    throw new QueryFailure(
      'UnmodifiableEntity',
      400,
      `Cannot perform the operation on the protected role '${role.name}' - this role is only modifiable by AWS`,
    );
  }
}
