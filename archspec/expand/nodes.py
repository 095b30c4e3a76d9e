"""Second half of expansion: operations to nodes, with names and wires."""

from typing import assert_never

from archspec.diagnostics.sink import REPORTED, Reported, Sink
from archspec.expand.graph import Expected, Node, Ref, Scope
from archspec.expand.limits import Limits
from archspec.expand.names import Frame, Refs, find, lookup
from archspec.expand.operations import (
    ApplyOperation,
    GroupOperation,
    LayerOperation,
    LostOperation,
    Operation,
)
from archspec.spec.types import CallItem, Item, ParallelItem


class Expander:
    """Makes the nodes of operations, in frames of names."""

    def __init__(self, nodes: list[Node], sink: Sink) -> None:
        self.nodes = nodes
        self.sink = sink
        self.expected: list[Expected] = []
        self.lost: list[int] = []
        """Nodes that read something that is missing because of a mistake."""
        self.losses = 0
        """How often something is missing."""
        self._firsts: dict[tuple[int, str], int | Frame | Refs | Reported] = {}
        """What a name stood for before it came twice."""
        self._limits = Limits(sink)

    def run(
        self,
        operations: list[Operation],
        current: Refs | Reported,
        frame: Frame,
        scope: Scope,
        trainable: bool,
    ) -> Refs | Reported:
        """Add the nodes of operations that begin with ``current``; gives what the last one gives."""
        self._limits.enter(scope, frame.prefix, len(operations))
        nodes = self.nodes
        for operation in operations:
            start, losses = len(nodes), self.losses
            if operation.sources is not None:
                current = self._sources(operation, frame, operations)
            inner = trainable and operation.trainable
            if type(operation) is LayerOperation:  # nearly all are
                current = self._layer(operation, current, frame, scope, inner)
            elif isinstance(operation, GroupOperation):
                current = self._group(operation, current, frame, scope, inner)
            elif isinstance(operation, ApplyOperation):
                current = self._apply(operation, current, frame, scope, inner, operations)
            elif isinstance(operation, LostOperation):
                current = self._lose(operation, frame)
            else:
                assert_never(operation)
            if operation.expect is not None and current is not REPORTED and losses == self.losses:
                expect = operation.item.expect
                assert expect is not None
                name = operation.name or operation.item.word
                label = nodes[-1].name if type(operation) is LayerOperation else frame.prefix + name
                values = operation.expect
                self.expected.append(Expected(values, expect, start, len(nodes), current, label))
        self._limits.leave()
        return current

    def _lose(self, operation: Operation, frame: Frame) -> Reported:
        """It cannot be made: whoever reads it is silent."""
        self.losses += 1
        name = operation.name
        if isinstance(operation, LostOperation):
            if operation.base and name is None:
                name = frame.free_name(operation.base)
            if operation.open:
                frame.open += (operation.name or "",)
        if name is not None:
            frame.names.setdefault(name, REPORTED)
        return REPORTED

    def _layer(
        self,
        operation: LayerOperation,
        current: Refs | Reported,
        frame: Frame,
        scope: Scope,
        trainable: bool,
    ) -> Refs | Reported:
        names, name = frame.names, operation.name
        item = operation.item
        if name is None:
            name = frame.free_name(operation.base)
        elif name in names:
            self._refuse_name(item, name, frame, scope)
            if not isinstance(names[name], Frame):
                self._firsts.setdefault((id(frame), name), names[name])
                names[name] = REPORTED  # which of the two is meant is not known
            name = frame.free_name(name)
        else:
            self._limits.add_letters(len(name), scope)
        start = len(self.nodes)
        names[name] = start
        if current is REPORTED:
            current = ()
            self.losses += 1
            self.lost.append(start)
        elif len(current) > 1:
            self._limits.add_read(len(current), item)
        name = frame.prefix + name
        self.nodes.append(Node(name, operation.layer, current, scope, item, trainable, -1))
        return ((start, 0),)

    def _group(
        self,
        group: GroupOperation,
        current: Refs | Reported,
        frame: Frame,
        scope: Scope,
        trainable: bool,
        by: Item | None = None,
    ) -> Refs | Reported:
        """The nodes of a group; ``by`` is the `apply` that uses it again."""
        item = group.item
        name = group.name
        start = len(self.nodes)
        if name is not None and name in frame.names:
            self.losses += 1
            return self._refuse_name(item, name, frame, scope)
        if group.kind == "block":
            assert isinstance(item, CallItem)
            block = item.block
            name = name or frame.free_name(block.name)
            path = frame.prefix + name
            inner = Frame(path + ".", None, start, group)
            if len(block.inputs) == 1:
                inner.names[block.inputs[0]] = current
            elif current is REPORTED:
                inner.names.update((n, REPORTED) for n in block.inputs)
            elif len(block.inputs) == len(current):
                inner.names.update(
                    (n, (ref,)) for n, ref in zip(block.inputs, current, strict=True)
                )
            else:
                from archspec.expand.wire_errors import report_inputs  # for what is wrong only

                report_inputs(item, len(current), frame, self.sink)
                self.losses += 1
                frame.names[name] = REPORTED
                return REPORTED
            frame.names[name] = inner
            below = Scope(scope, "block", block.name, path, by or item, title=block.title)
            expected = len(self.expected)
            inner.output = self.run(group.parts[0].items, current, inner, below, trainable)
            if block.whole is not None:
                # What a network expects holds for its own input; its own file checks it.
                del self.expected[expected:]
            return inner.output
        if group.kind == "repeat":
            return self._repeat(group, current, frame, scope, trainable)
        return self._parallel(group, current, frame, scope, trainable)

    def _repeat(
        self,
        group: GroupOperation,
        current: Refs | Reported,
        frame: Frame,
        scope: Scope,
        trainable: bool,
    ) -> Refs | Reported:
        name, item = group.name, group.item
        start = len(self.nodes)
        path = frame.prefix + name if name else frame.prefix[:-1]
        outer = Scope(scope, "repeat", item.word, path, item, count=len(group.parts))
        link = "_" if name and name[-1].isdigit() else ""
        for index, part in enumerate(group.parts):
            inner, below = frame, path
            if name is not None:
                label = f"{name}{link}{index + 1}"
                if label in frame.names:
                    self.losses += 1
                    return self._refuse_name(item, label, frame, scope)
                below = frame.prefix + label
                inner = Frame(below + ".", frame, len(self.nodes), part)
                frame.names[label] = inner
            round_ = Scope(outer, "round", item.word, below, item, index, len(group.parts))
            current = self.run(part.items, current, inner, round_, trainable)
            if name is not None:
                inner.close(current)
        if name is not None:
            whole = Frame(frame.prefix, None, start, group)
            whole.output = current
            frame.names[name] = whole
        return current

    def _parallel(
        self,
        group: GroupOperation,
        current: Refs | Reported,
        frame: Frame,
        scope: Scope,
        trainable: bool,
    ) -> Refs | Reported:
        name, item = group.name, group.item
        assert isinstance(item, ParallelItem)
        start = len(self.nodes)
        outer_frame = frame
        path = frame.prefix[:-1]
        if name is not None:
            path = frame.prefix + name
            outer_frame = Frame(path + ".", frame, start, group)
            frame.names[name] = outer_frame
        outer = Scope(scope, "parallel", item.word, path, item)
        ends: list[Ref] = []
        broken = False
        for label, part in zip(group.labels, group.parts, strict=True):
            if not part.items:
                if current is REPORTED:
                    broken = True
                else:
                    self._limits.add_read(len(current), item)
                    ends += current
                continue
            inner, below = outer_frame, path
            if label:
                local = outer_frame.free_name(label)
                below = outer_frame.prefix + local
                inner = Frame(below + ".", outer_frame, len(self.nodes), part)
                outer_frame.names[local] = inner
            branch = Scope(outer, "branch", label or item.word, below, item)
            end = self.run(part.items, current, inner, branch, trainable)
            if label:
                inner.close(end)
            if end is REPORTED:
                broken = True
            else:
                ends += end
        if broken:
            return REPORTED
        result: Refs | Reported = tuple(ends)
        if group.merge is not None:
            result = self.run([group.merge], result, outer_frame, outer, trainable)
        if name is not None:
            outer_frame.close(result)
        return result

    def _apply(
        self,
        operation: ApplyOperation,
        current: Refs | Reported,
        frame: Frame,
        scope: Scope,
        trainable: bool,
        around: list[Operation],
    ) -> Refs | Reported:
        target = find(frame, operation.target, self.nodes)
        nodes = self.nodes
        item = operation.item
        start = len(nodes)
        self._limits.add_applied(start, scope)
        if target is REPORTED:
            return self._lose(operation, frame)
        if isinstance(target, int):
            owner = nodes[target]
            name = operation.name or frame.free_name(owner.name.rpartition(".")[2])
            if name in frame.names:
                self._refuse_name(item, name, frame, scope)
                name = frame.free_name(name)
            frame.names[name] = start
            first = target if owner.shares < 0 else owner.shares
            reads = () if current is REPORTED else current
            if current is REPORTED:
                self.losses += 1
                self.lost.append(start)
            node = Node(
                frame.prefix + name, owner.layer, reads, scope, item, owner.trainable, first
            )
            nodes.append(node)
            return ((start, 0),)
        if isinstance(target, Frame) and target.operation is not None:
            name = operation.name or frame.free_name(operation.target.rpartition(".")[2])
            replay = target.operation
            if isinstance(replay, GroupOperation):
                group = GroupOperation(replay.item, replay.kind, replay.parts, replay.labels)
                group.merge, group.name = replay.merge, name
                result = self._group(group, current, frame, scope, trainable, item)
            else:
                inner = Frame(frame.prefix + name + ".", frame, start, replay)
                frame.names[name] = inner
                below = Scope(scope, "block", "apply", frame.prefix + name, item)
                result = self.run(replay.items, current, inner, below, trainable)
                inner.close(result)
            copies = nodes[start:]
            owners = nodes[target.start : target.start + len(copies)]
            pairs = zip(owners, copies, strict=True)
            for first, (owner, node) in enumerate(pairs, target.start):
                node.shares = first if owner.shares < 0 else owner.shares
                node.trainable = owner.trainable
            return result
        from archspec.expand.wire_errors import report_target

        report_target(operation, frame, nodes, self.sink, around)
        return self._lose(operation, frame)

    def _sources(
        self, operation: Operation, frame: Frame, around: list[Operation]
    ) -> Refs | Reported:
        found: list[Ref] = []
        nodes = self.nodes
        sources = operation.sources or ()
        if not sources:
            return REPORTED  # their names are not known
        for number, source in enumerate(sources):
            refs, trail = lookup(frame, source, nodes)
            if refs is None:
                from archspec.expand.wire_errors import report_source

                return report_source(operation, number, trail, frame, nodes, self.sink, around)
            if refs is REPORTED:
                return REPORTED
            self._limits.add_read(len(refs), operation.item)
            found += refs
        return tuple(found)

    def _refuse_name(self, item: Item, name: str, frame: Frame, scope: Scope) -> Reported:
        from archspec.expand.wire_errors import report_name

        earlier = self._firsts.get((id(frame), name), frame.names[name])
        first = None
        if isinstance(earlier, int) and earlier < len(self.nodes):
            first = self.nodes[earlier].item
        elif isinstance(earlier, Frame) and isinstance(earlier.operation, GroupOperation):
            first = earlier.operation.item
        return report_name(item, name, frame, scope, self.sink, first)
