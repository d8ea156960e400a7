// SPDX-License-Identifier: Apache-2.0
// Group counts beyond 65 535 are folded into the second dimension; these undo it. The last row of groups may be
// partly surplus: compare the result with the number of items.
#ifndef LAPILLI_GROUPS_GLSL
#define LAPILLI_GROUPS_GLSL

uint flat_group() {
  return gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
}

uint flat_invocation(uint local_size) {
  return flat_group() * local_size + gl_LocalInvocationIndex;
}

#endif
