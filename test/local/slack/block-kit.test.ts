import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkMessageBlocks, checkView } from '../../../lib/local/slack/block-kit/check-blocks.ts';
import { actions, button, option, plain, reasonModal, section } from './support/workspace.ts';

const view = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/slack/${name}.json`, import.meta.url), 'utf8'));

describe('what Slack refuses in a message', () => {
  it.each([
    [
      'a section over 3,000 characters',
      [section('x'.repeat(3001))],
      'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
    ],
    ['empty text', [section('')], 'must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
    [
      'over 50 blocks',
      Array.from({ length: 51 }, () => section('a')),
      'no more than 50 items allowed [json-pointer:/blocks]',
    ],
    ['an unknown block', [{ type: 'banner' }], 'unsupported type: banner [json-pointer:/blocks/0/type]'],
    [
      'a section without text or fields',
      [{ type: 'section' }],
      'missing required field: text [json-pointer:/blocks/0]',
    ],
    [
      'over 25 elements in one row',
      [actions('a', ...Array.from({ length: 26 }, (_, n) => button(`b${n}`)))],
      'no more than 25 items allowed [json-pointer:/blocks/0/elements]',
    ],
    [
      'a button label over 75 characters',
      [actions('a', button('b', { text: plain('x'.repeat(76)) }))],
      'must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]',
    ],
    [
      'a button value over 2,000 characters',
      [actions('a', button('b', { value: 'x'.repeat(2001) }))],
      'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]',
    ],
    [
      'a field it does not know',
      [actions('a', button('b', { disabled: true }))],
      'invalid additional property: disabled [json-pointer:/blocks/0/elements/0]',
    ],
    [
      'markup on a button',
      [actions('a', button('b', { text: { type: 'mrkdwn', text: '*b*' } }))],
      'unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/text/type]',
    ],
    [
      'a script as an address',
      [actions('a', button('b', { url: 'javascript:alert(1)' }))],
      'invalid url [json-pointer:/blocks/0/elements/0/url]',
    ],
    [
      'an id over 255 characters',
      [section('a', { block_id: 'x'.repeat(256) })],
      'must be less than 256 characters [json-pointer:/blocks/0/block_id]',
    ],
    [
      'an overflow menu of six',
      [
        section('a', {
          accessory: {
            type: 'overflow',
            action_id: 'o',
            options: ['1', '2', '3', '4', '5', '6'].map(option),
          },
        }),
      ],
      'no more than 5 items allowed [json-pointer:/blocks/0/accessory/options]',
    ],
    [
      'a menu without options',
      [actions('a', { type: 'static_select', action_id: 's' })],
      'missing required field: options [json-pointer:/blocks/0/elements/0]',
    ],
    [
      'a preset that is not offered',
      [
        actions('a', {
          type: 'static_select',
          action_id: 's',
          options: [option('1')],
          initial_option: option('2'),
        }),
      ],
      'must match one of the options [json-pointer:/blocks/0/elements/0/initial_option]',
    ],
    [
      'a field over 2,000 characters',
      [{ type: 'section', fields: [{ type: 'mrkdwn', text: 'x'.repeat(2001) }] }],
      'must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]',
    ],
  ])('is %s', (_what, blocks, message) => {
    const verdict = checkMessageBlocks(blocks);

    expect(verdict.error).toBe('invalid_blocks');
    expect(verdict.messages).toContain(`[ERROR] ${message}`);
  });

  it('is the same block id twice, and the same action id twice in one block', () => {
    expect(checkMessageBlocks([section('a', { block_id: 'x' }), section('b', { block_id: 'x' })]).error).toBe(
      'invalid_blocks',
    );
    expect(checkMessageBlocks([actions('a', button('keep'), button('keep'))]).error).toBe('invalid_blocks');
  });

  it('is not the same action id in two blocks', () => {
    expect(checkMessageBlocks([actions('a', button('keep')), actions('b', button('keep'))])).toEqual({
      messages: [],
    });
  });

  it('is text that is too long in all, though each block is within its limit', () => {
    expect(checkMessageBlocks(Array.from({ length: 5 }, () => section('x'.repeat(2900)))).error).toBe(
      'msg_blocks_too_long',
    );
  });
});

describe('what Slack refuses in a view', () => {
  it('is nothing of real views', () => {
    expect(checkView(view('view_modal_001'), 'modal').messages).toEqual([]);
    expect(checkView(view('view_modal_007'), 'modal').messages).toEqual([]);
    expect(checkView(view('view_home_001'), 'home').messages).toEqual([]);
  });

  it.each([
    [
      'a title over 24 characters',
      { ...reasonModal, title: plain('x'.repeat(25)) },
      'must be less than 25 characters [json-pointer:/view/title/text]',
    ],
    [
      'input without a submit button',
      { ...reasonModal, submit: undefined },
      'missing required field: submit [json-pointer:/view]',
    ],
    [
      'over 100 blocks',
      { ...reasonModal, blocks: Array.from({ length: 101 }, () => section('a')) },
      'no more than 100 items allowed [json-pointer:/view/blocks]',
    ],
    [
      'metadata over 3,000 characters',
      { ...reasonModal, private_metadata: 'x'.repeat(3001) },
      'must be less than 3001 characters [json-pointer:/view/private_metadata]',
    ],
    [
      'a home tab where a modal belongs',
      { ...reasonModal, type: 'home' },
      'unsupported type: home [json-pointer:/view/type]',
    ],
  ])('is %s', (_what, refused, message) => {
    const verdict = checkView(JSON.parse(JSON.stringify(refused)), 'modal');

    expect(verdict.error).toBe('invalid_arguments');
    expect(verdict.messages).toContain(`[ERROR] ${message}`);
  });

  it('is more than 250 kB', () => {
    const blocks = Array.from({ length: 100 }, () => section('x'.repeat(2900)));

    expect(checkView({ ...reasonModal, blocks }, 'modal').error).toBe('view_too_large');
  });
});
