// Every client of the SDK brings along all places it could find credentials in: profiles, single sign-on, instance metadata.
// A function has its role's in environment variables
// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime).
import type { Plugin } from 'esbuild';

/** Replaces the SDK's chain of credential providers by the one for environment variables. */
export const leaveOutOfSdk: Plugin = {
  name: 'leave-out-of-sdk',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({
      path: 'environment-credentials',
      namespace: 'left-out-of-sdk',
    }));
    build.onLoad({ filter: /./, namespace: 'left-out-of-sdk' }, () => ({
      contents:
        "import { fromEnv } from '@aws-sdk/credential-provider-env'; export const defaultProvider = () => fromEnv();",
      loader: 'js',
      resolveDir: build.initialOptions.absWorkingDir ?? import.meta.dirname,
    }));
  },
};
