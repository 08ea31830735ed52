// What an account's own people do in IAM, through its real API: rotate a key, take a right away.
import {
  CreateAccessKeyCommand,
  GetUserPolicyCommand,
  IAMClient,
  ListUserPoliciesCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import type { LocalStack } from '../../stack.ts';

/** Makes a second key and switches the old one off. */
export async function rotateKey(stack: LocalStack, userName: string): Promise<void> {
  await withIam(stack, async (client) => {
    const old = stack.iam.keysOf(userName).filter(({ status }) => status === 'Active');
    await client.send(new CreateAccessKeyCommand({ UserName: userName }));
    for (const { accessKeyId } of old) {
      await client.send(
        new UpdateAccessKeyCommand({ UserName: userName, AccessKeyId: accessKeyId, Status: 'Inactive' }),
      );
    }
  });
}

/** Narrows the user's first inline policy to the first service it names; false when there is nothing to narrow. */
export async function narrowPolicy(stack: LocalStack, userName: string): Promise<boolean> {
  return withIam(stack, async (client) => {
    const { PolicyNames } = await client.send(new ListUserPoliciesCommand({ UserName: userName }));
    for (const PolicyName of PolicyNames ?? []) {
      const { PolicyDocument } = await client.send(
        new GetUserPolicyCommand({ UserName: userName, PolicyName }),
      );
      const narrowed = narrow(decodeURIComponent(PolicyDocument ?? ''));
      if (narrowed === undefined) continue;
      await client.send(
        new PutUserPolicyCommand({ UserName: userName, PolicyName, PolicyDocument: narrowed }),
      );
      return true;
    }
    return false;
  });
}

async function withIam<T>(stack: LocalStack, work: (client: IAMClient) => Promise<T>): Promise<T> {
  const client = new IAMClient({
    endpoint: stack.iam.endpoint,
    region: 'us-east-1',
    credentials: stack.iam.operatorCredentials,
  });
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}

/** The document with the actions of one service only; undefined when it names no second one. */
function narrow(document: string): string | undefined {
  const parsed = JSON.parse(document) as { readonly Statement?: unknown };
  const [statement] = [parsed.Statement].flat() as {
    readonly Action?: unknown;
    readonly Resource?: unknown;
  }[];
  const actions = [statement?.Action ?? []].flat().map(String);
  const serviceOf = (action: string) => action.split(':')[0] ?? '';
  const first = serviceOf(actions[0] ?? '');
  const kept = actions.filter((action) => serviceOf(action) === first);
  if (kept.length === 0 || kept.length === actions.length) return undefined;
  return JSON.stringify({ ...parsed, Statement: [{ ...statement, Action: kept }] });
}
