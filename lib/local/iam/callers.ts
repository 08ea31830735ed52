// Who signed a request. An unknown, inactive or deleted key is refused before its signature is looked at.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../application/ports/clock.ts';
import { type Instant, plusMs } from '../../domain/time.ts';
import type { Account } from './account.ts';
import { deriveProviderId, deriveSecret } from './derived-ids.ts';
import type { Root, User } from './entities.ts';
import { QueryFailure } from './query-protocol.ts';
import { isSignedWith, readSignatureClaim, type SignatureClaim, type SignedRequest } from './sigv4.ts';

/** A proven caller. */
export interface Caller {
  readonly kind: 'operator' | 'user' | 'root' | 'session';
  readonly arn: string;
  readonly userId: string;
  readonly user: User | undefined;
  readonly accessKeyId: string;
  readonly region: string;
}

/** Credentials as an SDK takes them. */
export interface StandInCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

interface Session extends StandInCredentials {
  readonly expiresAt: Instant;
  readonly holder: User | Root;
}

/** Knows every key and session of the account. */
export interface Callers {
  /** A session of the role the product runs as; it may call every action that is not denied to it. */
  readonly operator: StandInCredentials;
  /** @throws QueryFailure MissingAuthenticationToken, IncompleteSignature, InvalidClientTokenId, ExpiredToken, SignatureDoesNotMatch. */
  authenticate(request: SignedRequest, service: 'iam' | 'sts'): Caller;
  /** Temporary credentials for a long-term key's holder. They outlive the key. */
  startSession(holder: User | Root, lifetimeMs: number): Session;
}

type Identified = Omit<Caller, 'region'> & { readonly secret: string };

/** The service tolerates clocks five minutes apart; this is wall-clock time, as signing is. */
const SKEW_MS = 5 * 60_000;

/** Opens the door for one account. */
export function openCallers(account: Account, clock: Clock, operatorRoleName: string): Callers {
  const sessions = new Map<string, Session>();
  const { accountId } = account.seed;
  const operator = operatorCredentials(accountId, operatorRoleName);
  const operatorArn = `arn:aws:sts::${accountId}:assumed-role/${operatorRoleName}/countersign`;

  const identify = (accessKeyId: string, token: string | undefined): Identified => {
    if (accessKeyId === operator.accessKeyId && sameText(token, operator.sessionToken)) {
      const roleId = account.role(operatorRoleName)?.id ?? deriveProviderId('AROA', operatorArn);
      const userId = `${roleId}:countersign`;
      const secret = operator.secretAccessKey;
      return { kind: 'operator', arn: operatorArn, userId, user: undefined, accessKeyId, secret };
    }
    const session = sessions.get(accessKeyId);
    if (session && sameText(token, session.sessionToken)) {
      if (session.expiresAt <= clock.now()) {
        throw new QueryFailure('ExpiredToken', 403, 'The security token included in the request is expired');
      }
      return { ...holderOf(session.holder), kind: 'session', accessKeyId, secret: session.secretAccessKey };
    }
    const holding = account.keyHolding(accessKeyId);
    if (holding?.key.status !== 'Active' || token !== undefined) throw invalidToken();
    return { ...holderOf(holding.holder), accessKeyId, secret: deriveSecret(accessKeyId) };
  };

  return {
    operator,
    authenticate(request, service) {
      const claim = claimOf(request);
      const { secret, ...caller } = identify(claim.accessKeyId, request.header('x-amz-security-token'));
      refuseBadSignature(request, claim, secret, service);
      return { ...caller, region: claim.region };
    },
    startSession(holder, lifetimeMs) {
      const session: Session = {
        accessKeyId: deriveProviderId('ASIA', holder.arn, randomBytes(8).toString('hex')),
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(96).toString('base64'),
        expiresAt: plusMs(clock.now(), lifetimeMs),
        holder,
      };
      sessions.set(session.accessKeyId, session);
      return session;
    },
  };
}

function claimOf(request: SignedRequest): SignatureClaim {
  if (request.header('authorization') === undefined) {
    throw new QueryFailure('MissingAuthenticationToken', 403, 'Request is missing Authentication Token');
  }
  const claim = readSignatureClaim(request);
  if (claim) return claim;
  throw new QueryFailure(
    'IncompleteSignature',
    400,
    'Authorization header requires Credential, SignedHeaders (host, x-amz-date) and Signature.',
  );
}

function holderOf(holder: User | Root): Pick<Caller, 'kind' | 'arn' | 'userId' | 'user'> {
  if ('name' in holder) return { kind: 'user', arn: holder.arn, userId: holder.id, user: holder };
  return { kind: 'root', arn: holder.arn, userId: holder.arn.split(':')[4] ?? '', user: undefined };
}

function invalidToken(): QueryFailure {
  return new QueryFailure(
    'InvalidClientTokenId',
    403,
    'The security token included in the request is invalid.',
  );
}

function refuseBadSignature(
  request: SignedRequest,
  claim: SignatureClaim,
  secret: string,
  service: string,
): void {
  if (claim.service !== service) {
    throw mismatch(`Credential should be scoped to correct service: '${service}'.`);
  }
  if (!(Math.abs(Date.now() - claim.signedAtMs) <= SKEW_MS)) {
    throw mismatch(`Signature expired or not yet current: ${claim.amzDate} is more than 5 min. from now`);
  }
  if (isSignedWith(request, claim, secret)) return;
  throw mismatch(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  );
}

/** Derived, so that a restart and another process have the same; worth nothing outside this machine. */
function operatorCredentials(accountId: string, roleName: string): StandInCredentials {
  const accessKeyId = deriveProviderId('ASIA', `operator ${accountId} ${roleName}`);
  return {
    accessKeyId,
    secretAccessKey: deriveSecret(accessKeyId),
    sessionToken: createHash('sha512').update(`session ${accessKeyId}`).digest('base64'),
  };
}

function sameText(given: string | undefined, expected: string): boolean {
  const left = Buffer.from(given ?? '');
  const right = Buffer.from(expected);
  return left.length === right.length && timingSafeEqual(left, right);
}

function mismatch(message: string): QueryFailure {
  return new QueryFailure('SignatureDoesNotMatch', 403, message);
}
