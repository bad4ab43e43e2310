import js from '@eslint/js';
import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import n8nNodesBase from 'eslint-plugin-n8n-nodes-base';
import typescript from 'typescript-eslint';

/**
 * The rules of `n8n-node lint` for packages outside n8n Cloud (`configWithoutCloudSupport` of @n8n/node-cli 0.48), from the
 * same plugins. The tool itself would bring 500 MB along (AI libraries); its import-x rules are left to the compiler.
 */
const communityRules = n8nCommunityNodesPlugin.configs.recommendedWithoutN8nCloudSupport;

export default typescript.config(
  { plugins: { 'n8n-nodes-base': n8nNodesBase } },
  {
    files: ['**/*.ts'],
    extends: [js.configs.recommended, typescript.configs.recommended, communityRules],
    rules: { 'prefer-spread': 'off', 'no-console': 'error' },
  },
  {
    files: ['package.json'],
    extends: [communityRules],
    rules: {
      ...n8nNodesBase.configs.community.rules,
      // What holds native code or WebAssembly cannot be bundled; devices that run inside n8n need it.
      '@n8n/community-nodes/no-runtime-dependencies': 'off',
    },
    languageOptions: { parser: typescript.parser, parserOptions: { extraFileExtensions: ['.json'] } },
  },
  {
    files: ['credentials/**/*.ts'],
    rules: {
      ...n8nNodesBase.configs.credentials.rules,
      'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
      'n8n-nodes-base/cred-class-field-type-options-password-missing': 'off',
    },
  },
  {
    files: ['nodes/**/*.ts'],
    rules: {
      ...n8nNodesBase.configs.nodes.rules,
      'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
      'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
      'n8n-nodes-base/node-param-type-options-max-value-present': 'off',
    },
  },
);
