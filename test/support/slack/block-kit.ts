// Whether Slack would take it: the published schema, and the rules of the stand-in that no schema can say.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect } from 'vitest';
import { checkMessageBlocks, checkView } from '../../../lib/local/slack/block-kit/check-blocks.ts';
import type { Home, Modal, SlackMessage } from '../../../lib/presentation/slack/blocks.ts';

const file = new URL('../../fixtures/slack/block-kit.schema.json', import.meta.url);
const schema = JSON.parse(readFileSync(file, 'utf8')) as { definitions: object };
const ajv = new Ajv({ strict: false });
ajv.addSchema({ $id: 'slack', definitions: schema.definitions });
const validators = {
  message: ajv.compile({ $ref: 'slack#/definitions/Message' }),
  modal: ajv.compile({ $ref: 'slack#/definitions/ModalView' }),
  home: ajv.compile({ $ref: 'slack#/definitions/HomeView' }),
};

/** Fails with Slack's own words when the message would be refused, or its text does not stand alone. */
export function expectMessage({ text, blocks }: SlackMessage): void {
  expect(checkMessageBlocks(blocks)).toEqual({ messages: [] });
  const valid = validators.message({ channel: 'D1', text, blocks });
  expect(valid ? [] : validators.message.errors).toEqual([]);
  expect(text.length).toBeGreaterThan(20);
  expect(text.length).toBeLessThan(4000);
}

/** The same for a modal or a home tab. */
export function expectView(view: Modal | Home): void {
  expect(checkView(view, view.type)).toEqual({ messages: [] });
  const validate = validators[view.type];
  expect(validate(view) ? [] : validate.errors).toEqual([]);
}

/** Every text Slack reads markup in. */
export function markupIn(part: unknown): readonly string[] {
  if (Array.isArray(part)) return part.flatMap(markupIn);
  if (typeof part !== 'object' || part === null) return [];
  const { type, text } = part as { readonly type?: unknown; readonly text?: unknown };
  if (type === 'mrkdwn' && typeof text === 'string') return [text];
  return Object.values(part).flatMap(markupIn);
}
