import { describe, expect, it } from 'vitest';
import {
  base64Bytes,
  base64Text,
  hexBytes,
  hexText,
} from '../../../../lib/domain/attestation/bytes/text-bytes.ts';
import { rootOf } from '../../../../lib/domain/attestation/log/frontier.ts';
import { EMPTY_ROOT, leafHash } from '../../../../lib/domain/attestation/log/merkle-hash.ts';
import { merkleTree } from '../../../../lib/domain/attestation/log/merkle-tree.ts';
import { verifyConsistency, verifyInclusion } from '../../../../lib/domain/attestation/log/verify-proof.ts';
import { fixture } from '../fixture.ts';

interface Vector {
  readonly proof: readonly string[] | null;
  readonly desc: string;
  readonly wantErr: boolean;
}
interface InclusionVector extends Vector {
  readonly leafIdx: string;
  readonly treeSize: string;
  readonly root: string;
  readonly leafHash: string;
}
interface ConsistencyVector extends Vector {
  readonly size1: string;
  readonly size2: string;
  readonly root1: string;
  readonly root2: string;
}

/** Numbers go up to 2^64−1, so they are quoted before parsing. */
function load<Shape extends Vector>(kind: string): [string, Shape][] {
  return (fixture(`merkle-${kind}.json`) as { file: string; text: string }[]).map(({ file, text }) => {
    return [file, JSON.parse(text.replaceAll(/: (\d+)/g, ': "$1"')) as Shape];
  });
}

const isIncluded = ({ leafIdx, treeSize, root, leafHash, proof }: InclusionVector): boolean =>
  verifyInclusion({
    index: BigInt(leafIdx),
    size: BigInt(treeSize),
    root: base64Bytes(root),
    leafHash: base64Bytes(leafHash),
    path: (proof ?? []).map(base64Bytes),
  });

const isConsistent = ({ size1, size2, root1, root2, proof }: ConsistencyVector): boolean =>
  verifyConsistency({
    size1: BigInt(size1),
    size2: BigInt(size2),
    root1: base64Bytes(root1),
    root2: base64Bytes(root2),
    path: (proof ?? []).map(base64Bytes),
  });

const inclusions = load<InclusionVector>('inclusion');
const consistencies = load<ConsistencyVector>('consistency');

describe('published Merkle vectors', () => {
  it('are all there', () => {
    expect(inclusions).toHaveLength(62);
    expect(consistencies).toHaveLength(56);
    expect(inclusions.some(([, { wantErr }]) => !wantErr)).toBe(true);
    expect(inclusions.some(([, { leafIdx }]) => leafIdx === '18446744073709551615')).toBe(true);
  });

  it.each(inclusions)('%s is judged as published', (_, vector) => {
    expect(isIncluded(vector)).toBe(!vector.wantErr);
  });

  it.each(consistencies)('%s is judged as published', (_, vector) => {
    expect(isConsistent(vector)).toBe(!vector.wantErr);
  });
});

// The two valid cases of the published set whose altered forms are not in the files, and those alterations.
const OTHER_INCLUSIONS: InclusionVector[] = [
  {
    leafIdx: '5',
    treeSize: '8',
    root: 'XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=',
    leafHash: 'QnGia+DYqE8L1UyMMC58s6O10fpngKQLzOKHNHfatlg=',
    proof: [
      'vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=',
      'yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=',
      '037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=',
    ],
    desc: 'leaf 5 of 8',
    wantErr: false,
  },
  {
    leafIdx: '1',
    treeSize: '5',
    root: 'Tju7H3tHjc/nH7YxYxUZo7yhLJrvyhYSv85ME6hiZNQ=',
    leafHash: 'lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=',
    proof: [
      'bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=',
      'Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=',
      'vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=',
    ],
    desc: 'leaf 1 of 5',
    wantErr: false,
  },
];
const OTHER_CONSISTENCIES: ConsistencyVector[] = [
  {
    size1: '6',
    size2: '8',
    root1: 'duZ9rbzfHhDht03cYIq9L5jfsW+851J3tSMqEn8gh+8=',
    root2: 'XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=',
    proof: [
      'DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=',
      'yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=',
      '037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=',
    ],
    desc: '6 to 8',
    wantErr: false,
  },
  {
    size1: '6',
    size2: '7',
    root1: 'duZ9rbzfHhDht03cYIq9L5jfsW+851J3tSMqEn8gh+8=',
    root2: '3bib5AOAnjJXUNPSY814kpwpQreUKjS3fhIslZSnTIw=',
    proof: [
      'DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=',
      'sIaT7C5yFZcTBkHoIR5+7cy0wmQTlj7ubB4u0W/7Gl8=',
      '037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=',
    ],
    desc: '6 to 7',
    wantErr: false,
  },
];
const RANDOM = 'q6yroAAAAAAAAAAAAAAAAAAAAAAAAAAAAGAGHgASNFY=';
const EMPTY = base64Text(EMPTY_ROOT);
const wrap = (text: string, by: bigint): string => String(BigInt.asUintN(64, BigInt(text) + by));

function alteredPaths(path: readonly string[], roots: readonly string[]): (readonly string[])[] {
  const flipped = path.map((hash, at) => {
    const bytes = base64Bytes(hash).slice();
    bytes[0]! ^= 8;
    return path.with(at, base64Text(bytes));
  });
  const added = [RANDOM, ...roots, ''];
  return [
    ...flipped,
    ...added.flatMap((hash) => [
      [hash, ...path],
      [...path, hash],
    ]),
    [path[0]!, ...path],
    [path[0]!, RANDOM, ...path.slice(1)],
    path.slice(0, -1),
    path.slice(1),
    [],
  ];
}

describe('altered Merkle proofs', () => {
  it.each(OTHER_INCLUSIONS)('of $desc are not proven', (good) => {
    const { leafIdx, treeSize, root, proof } = good;
    const altered: InclusionVector[] = [
      ...['-1', '1', '-2', '2', '4'].map((by) => ({ ...good, leafIdx: wrap(leafIdx, BigInt(by)) })),
      { ...good, treeSize: String(BigInt(treeSize) * 2n) },
      { ...good, treeSize: String(BigInt(treeSize) / 2n) },
      ...[RANDOM, EMPTY, ''].flatMap((hash) => [
        { ...good, leafHash: hash },
        { ...good, root: hash },
      ]),
      ...alteredPaths(proof ?? [], [root]).map((path) => ({ ...good, proof: path })),
    ];

    expect(isIncluded(good)).toBe(true);
    for (const bad of altered) expect({ bad, proven: isIncluded(bad) }).toEqual({ bad, proven: false });
  });

  it.each(OTHER_CONSISTENCIES)('from size $desc are not proven', (good) => {
    const { size1, size2, root1, root2, proof } = good;
    const altered: ConsistencyVector[] = [
      ...['-1', '1', '-2', '-6'].map((by) => ({ ...good, size1: wrap(size1, BigInt(by)) })),
      { ...good, size2: String(BigInt(size2) * 2n) },
      { ...good, size2: String(BigInt(size2) / 2n) },
      { ...good, root1: root2, root2: root1 },
      ...[RANDOM, EMPTY, ''].flatMap((hash) => [
        { ...good, root1: hash },
        { ...good, root2: hash },
      ]),
      ...alteredPaths(proof ?? [], [root1, root2]).map((path) => ({ ...good, proof: path })),
    ];

    expect(isConsistent(good)).toBe(true);
    for (const bad of altered) expect({ bad, proven: isConsistent(bad) }).toEqual({ bad, proven: false });
  });
});

describe('RFC 6962 hashes', () => {
  const leaves = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ].map((hex) => leafHash(hexBytes(hex)));

  it('has the published constants', () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

    expect(hexText(EMPTY_ROOT)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(hexText(leafHash(new Uint8Array()))).toBe(
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    );
    expect(hexText(leafHash(bytes('L123456')))).toBe(
      '395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56',
    );
  });

  it('builds the published eight-leaf tree and its proofs', () => {
    const tree = merkleTree(leaves);

    expect(base64Text(rootOf(leaves))).toBe('XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=');
    for (const { leafIdx, treeSize, root, proof } of OTHER_INCLUSIONS) {
      expect(base64Text(tree.root(Number(treeSize)))).toBe(root);
      expect(tree.inclusionPath(Number(leafIdx), Number(treeSize)).map(base64Text)).toEqual(proof);
    }
    for (const { size1, size2, root1, proof } of OTHER_CONSISTENCIES) {
      expect(base64Text(tree.root(Number(size1)))).toBe(root1);
      expect(tree.consistencyPath(Number(size1), Number(size2)).map(base64Text)).toEqual(proof);
    }
  });
});
