// The instants at which something falls due, learnt from the change feed, so that the virtual clock knows where to step.
import { type Instant, Instant as InstantSchema } from '../domain/time.ts';

/** Upcoming instants, each once. */
export interface DueHeap {
  add(at: Instant): void;
  /** The earliest instant, or undefined. */
  next(): Instant | undefined;
  /** Drops everything up to and including `now`. */
  pass(now: Instant): void;
}

/** Makes an empty heap. A binary heap over text: instants sort as text. */
export function dueHeap(): DueHeap {
  const heap: Instant[] = [];
  const known = new Set<Instant>();
  const less = (a: number, b: number) => (heap[a] as Instant) < (heap[b] as Instant);
  const swap = (a: number, b: number) => {
    [heap[a], heap[b]] = [heap[b] as Instant, heap[a] as Instant];
  };
  const pop = () => {
    const top = heap[0] as Instant;
    known.delete(top);
    const last = heap.pop() as Instant;
    if (heap.length === 0) return;
    heap[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < heap.length && less(left, least)) least = left;
      if (right < heap.length && less(right, least)) least = right;
      if (least === at) return;
      swap(at, least);
      at = least;
    }
  };
  return {
    add(at) {
      if (known.has(at)) return;
      known.add(at);
      heap.push(at);
      for (let child = heap.length - 1; child > 0; ) {
        const parent = (child - 1) >> 1;
        if (!less(child, parent)) return;
        swap(child, parent);
        child = parent;
      }
    },
    next: () => heap[0],
    pass(now) {
      while (heap[0] !== undefined && heap[0] <= now) pop();
    },
  };
}

/** The exact due instant in a row's `dueSk` attribute (`<instant>#<kind>#<key>`); undefined when it has none. */
export function dueInstantOf(
  image: Readonly<Record<string, { readonly S?: string | undefined }>> | undefined,
): Instant | undefined {
  const parsed = InstantSchema.safeParse(image?.['dueSk']?.S?.split('#')[0]);
  return parsed.success ? parsed.data : undefined;
}
