// What is wrong with the connectors an installation lists: by the registry, by their own schemas, and on AWS.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import ipaddr from 'ipaddr.js';
import { connectorRegistry } from '../../connectors/registry.ts';
import { secretsNamed } from '../../connectors/secret-settings.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import type { InstalledConnector } from '../../installation.ts';
import type { Problem } from './config-file.ts';
import type { StageConfig } from './stage-config.ts';

/** Problems of every connector listed. */
export function connectorProblems({ connectors }: StageConfig, folder: string): Problem[] {
  return connectors.flatMap((connector, at) => {
    const first = connectors.findIndex((other) => scopeOf(other) === scopeOf(connector));
    if (first === at) return problemsOf(connector, at, folder);
    // A removal is carried out by the connector of its identity's scope: two of one scope would both be it.
    const what = `is listed already (connectors.${first}); a second one must name another account or system`;
    return [{ path: ['connectors', at, 'id'], what }];
  });
}

/** What tells one connector from another of the same id. */
function scopeOf({ id, settings: { account, system } }: InstalledConnector): string {
  return JSON.stringify([id, account, system]);
}

function problemsOf({ id, settings }: InstalledConnector, at: number, folder: string): Problem[] {
  const module = connectorRegistry.get(id);
  if (!module) {
    const path = ['connectors', at, 'id'];
    return [{ path, what: `no such connector; allowed: ${[...connectorRegistry.keys()].join(', ')}` }];
  }
  const path = (key: string) => ['connectors', at, 'settings', key];
  if (settings['from'] !== undefined) {
    return [{ path: path('from'), what: 'is for reading files on one machine; functions call AWS' }];
  }
  try {
    module.create(settings, { clock: { now: neverAsked }, note: () => undefined });
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return [{ path: ['connectors', at, 'settings'], what: error.message }];
  }
  const { host } = settings;
  if (typeof host === 'string' && isOutOfReach(host)) {
    const what =
      'is this machine, or of a private network; functions run in no VPC and reach public addresses only';
    return [{ path: path('host'), what }];
  }
  const unnamed = secretsNamed(module.manifest, settings).find((name) => !SECRET_ARN.test(name));
  if (unnamed !== undefined) {
    const what = `${JSON.stringify(unnamed)} names no secret; give its whole ARN, with the six characters at its end`;
    return [{ path: ['connectors', at, 'settings'], what }];
  }
  const file = fileOf({ id, settings });
  if (file === undefined || existsSync(join(folder, file))) return [];
  return [{ path: path('path'), what: `there is no file ${file} in the folder of this one` }];
}

/** Whether a host can be seen not to be public, before anybody asks for it. */
function isOutOfReach(host: string): boolean {
  if (ipaddr.isValid(host)) return ipaddr.process(host).range() !== 'unicast';
  return host.startsWith('/') || /(^|\.)(localhost|internal|local)$/i.test(host);
}

/** Whole, because it is granted as it stands: https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen */
const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@!-]+-[A-Za-z0-9]{6}$/;

/** The file a connector reads, which is deployed with the installation. */
export function fileOf({ id, settings }: InstalledConnector): string | undefined {
  const { path } = settings;
  return id === 'file' && typeof path === 'string' ? path : undefined;
}

function neverAsked(): never {
  throw new RangeError('Checking settings asks for no time.');
}
