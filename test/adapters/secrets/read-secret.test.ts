// Secrets Manager is played here, to refuse in the ways it has and to be out of reach.
import type { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createSecretReader } from '../../../lib/adapters/secrets/read-secret.ts';
import { InvalidInputError } from '../../../lib/domain/errors.ts';
import { MINUTE_MS } from '../../../lib/domain/time.ts';

const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:countersign/slack-AbCdEf';
const Slack = z.strictObject({
  signingSecret: z.string().regex(/^[0-9a-f]{32}$/, 'the signing secret of the Basic Information page'),
  botToken: z.string().startsWith('xoxb-', 'the bot token of the OAuth page'),
});
const filledIn = { signingSecret: '0'.repeat(32), botToken: 'xoxb-1' };

function sdkError(name: string, message = 'refused'): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } });
}

function open(first: string | Error | undefined) {
  const world = { held: first, calls: 0, nowMs: 0 };
  const client = {
    send: async (command: GetSecretValueCommand) => {
      world.calls += 1;
      expect(command.input.SecretId).toBe(ARN);
      if (world.held instanceof Error) throw world.held;
      return { SecretString: world.held };
    },
  } as unknown as SecretsManagerClient;
  return { world, reader: createSecretReader({ client, wallClock: () => world.nowMs }) };
}

describe('a secret', () => {
  it('is read once in a while, by all who ask at once, and again after rotation', async () => {
    const { world, reader } = open(JSON.stringify(filledIn));

    const read = await Promise.all([1, 2, 3].map(() => reader.json(ARN, Slack)));
    world.held = JSON.stringify({ ...filledIn, botToken: 'xoxb-2' });
    world.nowMs += 4 * MINUTE_MS;
    expect(await reader.json(ARN, Slack)).toEqual(filledIn);
    expect(world.calls).toBe(1);
    world.nowMs += MINUTE_MS;

    expect(read).toEqual([filledIn, filledIn, filledIn]);
    expect((await reader.json(ARN, Slack)).botToken).toBe('xoxb-2');
    expect(world.calls).toBe(2);
  });

  it('serves on while Secrets Manager is out of reach, but not once it is denied', async () => {
    const { world, reader } = open('s'.repeat(40));
    await reader.text(ARN, z.string().min(32));
    world.nowMs += 10 * MINUTE_MS;

    world.held = sdkError('ThrottlingException');
    expect(await reader.text(ARN, z.string().min(32))).toBe('s'.repeat(40));

    world.held = sdkError('AccessDeniedException');
    await expect(reader.text(ARN, z.string().min(32))).rejects.toMatchObject({ code: 'BAD_SETTING' });
  });

  it('that could not be read is asked for again', async () => {
    const { world, reader } = open(sdkError('InternalServiceError'));
    await expect(reader.text(ARN, z.string())).rejects.toMatchObject({ provider: 'secretsmanager' });

    world.held = 'value';

    expect(await reader.text(ARN, z.string())).toBe('value');
  });

  it.each([
    [sdkError('ResourceNotFoundException', 'cannot find the specified secret'), /does not exist/],
    [sdkError('ResourceNotFoundException', 'value for staging label: AWSCURRENT'), /has no value yet/],
    [sdkError('AccessDeniedException'), /secretsmanager:GetSecretValue/],
    [sdkError('InvalidRequestException', 'marked for deletion'), /being deleted/],
    [undefined, /must hold text/],
    ['not json', /is not JSON/],
    ['{"signingSecret":"<signing secret>","botToken":""}', /"signingSecret"; is not filled in: "botToken"/],
    ['{"signingSecret":"REPLACE_ME","botToken":"xoxb-1"}', /is not filled in: "signingSecret"/],
    ['{"signingSecret":"hunter2","botToken":"xoxb-1"}', /"signingSecret" \(the signing secret of the Basic/],
    [`{"signingSecret":"${'0'.repeat(32)}","botToken":"hunter2"}`, /"botToken" \(the bot token of the OAuth/],
    [`${JSON.stringify(filledIn).slice(0, -1)},"hunter2":"x"}`, /fields that do not belong there/],
    ['"hunter2"', /must hold/],
    ['null', /must hold/],
  ])('that cannot serve is named with what to do, never with what it holds: %s', async (held, says) => {
    const { reader } = open(held);

    const failure: unknown = await reader.json(ARN, Slack).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(InvalidInputError);
    expect(failure).toMatchObject({ code: 'BAD_SETTING' });
    const { message } = failure as InvalidInputError;
    expect(message).toContain(ARN);
    expect(message).toMatch(says);
    expect(message).not.toContain('hunter2');
  });

  it.each(['', '  ', '<put the salt here>', 'change-me'])(
    'of plain text that was not filled in is refused: %j',
    async (held) => {
      const { reader } = open(held);

      await expect(reader.text(ARN, z.string())).rejects.toThrow(/is not filled in/);
    },
  );
});
