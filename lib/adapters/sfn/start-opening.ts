// Starts the state machine that opens a campaign, batch by batch.
import { createHash } from 'node:crypto';
import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { callAws } from '../aws/call-aws.ts';

/** What an opening is started with. */
export interface OpeningInput {
  readonly definitionId: string;
  /** Who or what launched it: a person's pseudonym, or `schedule`. */
  readonly launchedBy: string;
  /** A campaign that is being opened already, to be taken up again. */
  readonly campaignId?: string | undefined;
}

/**
 * Makes the start. Everything in an opening may be done twice, so a second execution does no harm.
 * @returns a function that starts one and resolves to the ARN of its execution. With a `name`, an execution of that name is
 * started at most once in 90 days, also if it failed: leave it out to take an opening up again. It throws UpstreamError
 */
export function createStartOpening({
  client,
  stateMachineArn,
}: {
  readonly client: SFNClient;
  readonly stateMachineArn: string;
}): (input: OpeningInput, name?: string) => Promise<string> {
  return async ({ definitionId, launchedBy, campaignId }, name) => {
    const input = JSON.stringify({ definitionId, launchedBy, campaignId });
    const executionName = name === undefined ? undefined : executionNameOf(name);
    return callAws('states', `start opening ${campaignId ?? definitionId}`, async () => {
      try {
        const request = new StartExecutionCommand({ stateMachineArn, input, name: executionName });
        return (await client.send(request)).executionArn ?? '';
      } catch (error) {
        const isThere = error instanceof Error && error.name === 'ExecutionAlreadyExists';
        if (!isThere || executionName === undefined) throw error;
        return executionArnOf(stateMachineArn, executionName);
      }
    });
  };
}

/** Names take 80 characters of these; any other name is shortened and told apart by its digest. */
function executionNameOf(name: string): string {
  if (/^[A-Za-z0-9_-]{1,80}$/.test(name)) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return `${name.replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, 63)}-${digest}`;
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
function executionArnOf(stateMachineArn: string, name: string): string {
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}
