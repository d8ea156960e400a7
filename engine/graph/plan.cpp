// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/plan.h"

#include "engine/graph/hazards.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <sstream>

namespace lapilli {
namespace {

constexpr uint32_t kNever = std::numeric_limits<uint32_t>::max();

/// First and last step that touch each storage; index is the tensor id.
std::vector<Lifetime> lifetimes(const LoweredGraph& lowered) {
  std::vector<Lifetime> result(lowered.tensors.size(), {0, kNever, 0});
  for (uint32_t step = 0; step < lowered.dispatches.size(); ++step) {
    for (const BufferRef& ref : lowered.dispatches[step].buffers) {
      Lifetime& life = result[lowered.tensors[ref.tensor].storage];
      life.first_step = std::min(life.first_step, step);
      life.last_step = std::max(life.last_step, step);
    }
  }
  for (size_t id = 0; id < result.size(); ++id) {
    Lifetime& owner = result[lowered.tensors[id].storage];
    owner.size_bytes = std::max(owner.size_bytes, lowered.tensors[id].size_bytes);
  }
  return result;
}

std::vector<MemoryAccess> accesses(const PlannedStep& step, uint32_t num_chunks) {
  std::vector<MemoryAccess> result;
  size_t next = 0;
  for (const ShaderBinding& binding : step.dispatch.shader->bindings) {
    if (binding.binding == kLiveRowsBinding) continue;
    const PlannedBuffer& buffer = step.buffers[next++];
    const uint32_t space = buffer.external ? num_chunks + buffer.space : buffer.space;
    result.push_back({space, buffer.offset_bytes, buffer.offset_bytes + buffer.size_bytes, binding.writes});
  }
  return result;
}

}  // namespace

Plan make_plan(LoweredGraph lowered, const MemoryPlanOptions& options) {
  const auto lives = lifetimes(lowered);
  std::vector<Lifetime> internal;
  std::vector<TensorId> internal_ids;
  Plan plan;
  for (TensorId id = 0; id < lowered.tensors.size(); ++id) {
    const LoweredTensor& tensor = lowered.tensors[id];
    if (tensor.storage != id) continue;
    const bool live_count = lowered.has_live_rows && id == lowered.live_rows;
    if (lives[id].first_step == kNever && !live_count) continue;
    if (tensor.external) {
      plan.externals.push_back({id, tensor.name, tensor.size_bytes});
      if (live_count) plan.live_rows = tensor.name;
    } else {
      internal.push_back(lives[id]);
      internal_ids.push_back(id);
    }
  }
  const MemoryPlan memory = plan_memory(internal, options);
  plan.arena_chunk_bytes = memory.chunk_size_bytes;
  std::vector<Placement> placement(lowered.tensors.size());
  for (size_t index = 0; index < internal_ids.size(); ++index)
    placement[internal_ids[index]] = memory.placements[index];

  std::vector<std::vector<MemoryAccess>> touched;
  for (size_t index = 0; index < lowered.dispatches.size(); ++index) {
    PlannedStep step{.dispatch = std::move(lowered.dispatches[index]),
                     .buffers = {},
                     .scope = std::move(lowered.scopes[index])};
    for (const BufferRef& ref : step.dispatch.buffers) {
      const TensorId storage = lowered.tensors[ref.tensor].storage;
      LAPILLI_ASSERT(ref.offset_bytes + ref.size_bytes <= lives[storage].size_bytes);
      const bool external = lowered.tensors[storage].external;
      const Placement& at = placement[storage];
      step.buffers.push_back({.external = external,
                              .space = external ? storage : at.chunk,
                              .offset_bytes = ref.offset_bytes + (external ? 0 : at.offset_bytes),
                              .size_bytes = ref.size_bytes});
    }
    touched.push_back(accesses(step, static_cast<uint32_t>(plan.arena_chunk_bytes.size())));
    plan.steps.push_back(std::move(step));
  }
  const auto barriers = barriers_before(touched);
  for (size_t index = 0; index < plan.steps.size(); ++index)
    plan.steps[index].barrier_before = barriers[index];
  return plan;
}

Plan make_plan(const Graph& graph, const DeviceCaps& caps) {
  MemoryPlanOptions options{.alignment_bytes = std::max<uint64_t>(caps.storage_buffer_alignment_bytes, 64),
                            .max_chunk_bytes = caps.max_allocation_bytes};
#ifdef LAPILLI_CHECKED
  options.guard_bytes = 256;
  options.share = false;
#endif
  return make_plan(lower(graph, caps), options);
}

uint64_t Plan::arena_bytes() const {
  return std::accumulate(arena_chunk_bytes.begin(), arena_chunk_bytes.end(), uint64_t{0});
}

std::string Plan::dump() const {
  std::ostringstream out;
  size_t barriers = 0;
  double flops = 0;
  for (size_t index = 0; index < steps.size(); ++index) {
    const PlannedStep& step = steps[index];
    if (step.barrier_before) out << "   -- barrier\n";
    barriers += step.barrier_before ? 1 : 0;
    flops += step.dispatch.flops;
    out << index << ": " << step.dispatch.shader->name << " groups " << step.dispatch.groups[0] << 'x'
        << step.dispatch.groups[1] << 'x' << step.dispatch.groups[2]
        << (step.dispatch.live_rows ? " live" : "");
    for (const PlannedBuffer& buffer : step.buffers) {
      out << "  " << (buffer.external ? '%' : '@') << buffer.space << '+' << buffer.offset_bytes << ':'
          << buffer.size_bytes;
    }
    out << "  # " << step.scope << '\n';
  }
  out << steps.size() << " dispatches, " << barriers << " barriers, " << flops * 1e-9 << " GFLOP, arena "
      << arena_bytes() << " bytes in " << arena_chunk_bytes.size() << " chunks\n";
  for (const ExternalTensor& external : externals) {
    out << '%' << external.id << ' ' << external.name << ' ' << external.size_bytes << " bytes\n";
  }
  return out.str();
}

}  // namespace lapilli
