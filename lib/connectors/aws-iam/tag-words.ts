// How the sources of what IAM tags say are called.
import type { TagWords } from '../aws/tags.ts';

/** A credential report alone has no tags to offer. */
export const IAM_TAGS: TagWords = { tag: 'IAM tag', unread: 'credential report (carries no tags)' };
