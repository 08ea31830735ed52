// From our Block Kit types to the SDK's: the same JSON, seen through its mutable types.
import type { ChatPostMessageArguments, ViewsOpenArguments, ViewsPublishArguments } from '@slack/web-api';
import type { Block, Home, Modal } from '../../presentation/slack/blocks.ts';

/** Blocks as the SDK takes them. */
export type WireBlocks = Extract<ChatPostMessageArguments, { blocks: unknown }>['blocks'];

/** Blocks of a message, for the SDK. */
export function blocksFor(blocks: readonly Block[]): WireBlocks {
  return structuredClone(blocks) as unknown as WireBlocks;
}

/** A modal, for the SDK. */
export function modalFor(modal: Modal): ViewsOpenArguments['view'] {
  return structuredClone(modal) as unknown as ViewsOpenArguments['view'];
}

/** A home tab, for the SDK. */
export function homeFor(home: Home): ViewsPublishArguments['view'] {
  return structuredClone(home) as unknown as ViewsPublishArguments['view'];
}
