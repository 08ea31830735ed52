import { describe, expect, it } from 'vitest';
import { buttonsIn, fieldsIn } from '../../../lib/local/autoplay/hands/buttons.ts';

const item = { campaignId: 'quarterly-20261005', identityKey: 'a'.repeat(26) };
const row = (blockId: string, actionId: string, value: unknown) => ({
  type: 'actions',
  block_id: blockId,
  elements: [{ type: 'button', action_id: actionId, value: JSON.stringify(value) }],
});

describe('the buttons a person sees', () => {
  it('are sorted by what they are about, with where to press', () => {
    const approval = { kind: 'removal-hold', ...item, id: 'rm-1' };

    const seen = buttonsIn(
      [row('home|1', 'keep', item), row('home|2', 'agree', approval), { type: 'divider' }],
      { home: true },
    );

    expect(seen.items).toEqual([
      { actionId: 'keep', value: item, target: { home: true, actionId: 'keep', blockId: 'home|1' } },
    ]);
    expect(seen.approvals.map(({ value }) => value)).toEqual([approval]);
  });

  it('include those that stand beside a text', () => {
    const group = { campaignId: item.campaignId, group: 'g-1' };
    const beside = {
      type: 'section',
      block_id: 'home|group',
      accessory: { type: 'button', action_id: 'keep-group', value: JSON.stringify(group) },
    };

    expect(buttonsIn([beside], { home: true }).groups[0]?.value).toEqual(group);
  });

  it('leave out what does not say what it is about', () => {
    const seen = buttonsIn([row('1', 'keep', 'nothing'), row('2', 'keep', {}), row('3', 'other', item)], {});

    expect(seen).toEqual({ items: [], groups: [], approvals: [], undos: [] });
  });
});

describe('the fields of a form', () => {
  it('are its inputs, each required unless it says otherwise', () => {
    const blocks = [
      { type: 'section', block_id: 'text' },
      { type: 'input', block_id: 'reason', optional: false },
      { type: 'input', block_id: 'due', optional: true },
    ];

    expect(fieldsIn(blocks)).toEqual([
      { name: 'reason', optional: false },
      { name: 'due', optional: true },
    ]);
  });
});
