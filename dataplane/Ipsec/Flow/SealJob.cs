using System.Runtime.CompilerServices;
using IpsecDp.Crypto;
using IpsecDp.Engines;
using IpsecDp.Ipsec.Ah;
using IpsecDp.Ipsec.Esp;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Segments;

namespace IpsecDp.Ipsec.Flow;

/// <summary>Clear packets and superframes of one outbound bundle: numbered together, sealed on an engine, sent in order.</summary>
public sealed class SealJob : LaneJob
{
    /// <summary>Most buffers that go in.</summary>
    public const int MostInputs = 64;

    /// <summary>Most packets a job is filled up to; one superframe of 128 segments may lie on top.</summary>
    public const int FullAt = 128;

    /// <summary>Most segments a superframe in a job may have.</summary>
    public const int MostSegments = 128;

    private const int MostOutputs = FullAt + MostSegments;

    // In place of a packet of the job: sealed already.
    private const int Sealed = -1;

    // Packets shaped and then sealed in one call. That they still lie in the nearest cache is worth less than a cipher that goes on from packet to packet.
    private const int AtOnce = 64;

    // Of a superframe fewer, because what is read and what is written are two places.
    private const int SegmentsAtHand = 8;

    private readonly OutboundPath _path;
    private readonly SealNumbers _numbers = new();
    private readonly PacketBatch _inputs = new(MostInputs);
    private readonly PacketBatch _divided = new(MostOutputs);
    // The packet of the job that an output is.
    private readonly int[] _packetOf = new int[MostOutputs];
    private readonly PacketSlice[] _slices = new PacketSlice[AtOnce];
    // The last output, if it is a cipher superframe that may take more.
    private PacketBuffer? _frame;
    private ServiceClass _class;
    private int _bytes;
    private int _packets;
    private int _superframes;
    private int _openChecksums;
    // All its packets start alike: those behind the first came one after the other and were asked whether they do.
    private bool _isAlike;

    internal SealJob(OutboundPath path) => _path = path;

    /// <summary>The bundle that seals it.</summary>
    public OutboundBundle? Bundle { get; private set; }

    /// <summary>Packets it stands for, segments counted.</summary>
    public override int Packets => _packets;

    /// <inheritdoc/>
    public override int Bytes => _bytes;

    /// <summary>The most important class among its packets, which keep their order whatever each of them is.</summary>
    public override ServiceClass Class => _class;

    /// <summary>Whether another buffer may be added.</summary>
    public bool HasRoom => _packets < FullAt && !_inputs.IsFull;

    /// <summary>Whether the job is one dummy packet.</summary>
    public bool IsDummy { get; set; }

    // Single packets are sealed where they lie; with superframes among them all go into another batch.
    private PacketBatch Outputs => _superframes == 0 ? _inputs : _divided;

    /// <summary>Begins a job of a bundle.</summary>
    public void Begin(OutboundBundle bundle)
    {
        Bundle = bundle;
        (_packets, _bytes, _superframes, _openChecksums, _isAlike, IsDummy, _class) = (0, 0, 0, 0, true, false, ServiceClass.Unclassified);
    }

    /// <summary>Adds a packet, which the job owns from here on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(PacketBuffer packet, ServiceClass serviceClass = ServiceClass.Unclassified)
    {
        _class = ServiceClasses.MoreImportant(_class, serviceClass);
        _isAlike &= _packets == 0;
        _inputs.Add(packet);
        _packets += packet.Segments.CountIn(packet.Length);
        _bytes += packet.Segments.OctetsIn(packet.Length);
        _superframes += packet.Segments.Kind == SegmentKind.None ? 0 : 1;
        _openChecksums += packet.Segments.IsChecksumMissing ? 1 : 0;
    }

    /// <summary>Single packets it takes at most.</summary>
    internal int RoomForSingles => Math.Min(FullAt - _packets, MostInputs - _inputs.Count);

    /// <summary>Moves neighbours of a batch into the job, which owns them from here on: single packets that start like the one added before, of so many octets in all, some of which may still lack their checksum.</summary>
    internal void AddRun(PacketBatch batch, int index, int count, int bytes, int openChecksums, ServiceClass serviceClass)
    {
        _class = ServiceClasses.MoreImportant(_class, serviceClass);
        _inputs.TakeRun(batch, index, count);
        _packets += count;
        _bytes += bytes;
        _openChecksums += openChecksums;
    }

    /// <summary>Moves what is in the job back into a batch, because its bundle went away.</summary>
    internal void Undo(PacketBatch batch)
    {
        for (var i = 0; i < _inputs.Count; i++)
        {
            batch.Add(_inputs.Take(i)!);
        }

        _inputs.Clear();
    }

    /// <summary>Takes a number in every layer for each packet and charges the SAs; the bundle's lock is held.</summary>
    internal void Reserve(OutboundBundle bundle)
    {
        Bundle = bundle;
        if (!_numbers.TryReserveAll(bundle.Layers, _packets, _bytes))
        {
            ReserveEach(bundle);
        }

        _numbers.LookAtLifetimes(bundle.Layers);
    }

    /// <inheritdoc/>
    public override void Fetch() => _inputs.Fetch();

    /// <inheritdoc/>
    public override void Run()
    {
        Spread();
        var layers = Bundle!.Layers;
        for (var layer = 0; layer < layers.Length; layer++)
        {
            if (layers[layer].Model.Protocol == SaProtocol.Esp)
            {
                SealEsp(layers[layer], layer);
            }
            else
            {
                SignAh(layers[layer], layer);
            }
        }
    }

    /// <inheritdoc/>
    public override void Deliver()
    {
        var (bundle, outputs) = (Bundle!, Outputs);
        if (Faulted)
        {
            // What a failed engine left half sealed must not leave this host.
            _path.Drop(DropReason.EngineFault, _packets, bundle);
            outputs.Clear();
        }

        for (var layer = 0; layer < bundle.Layers.Length; layer++)
        {
            _path.Tell(bundle.Layers[layer].Model, _numbers.LifetimeOf(layer));
        }

        _path.Send(outputs, bundle);
        _inputs.Clear();
        _path.Recycle(this);
    }

    // Near a limit packets are asked for one by one, and those that get no number leave the job.
    private void ReserveEach(OutboundBundle bundle)
    {
        _numbers.Begin();
        var kept = 0;
        for (var i = 0; i < _inputs.Count; i++)
        {
            var packet = _inputs.Take(i)!;
            var segments = packet.Segments.CountIn(packet.Length);
            var octets = packet.Segments.OctetsIn(packet.Length);
            if (_numbers.Reserve(bundle.Layers, segments, octets) is var refusal and not DropReason.None)
            {
                _path.Drop(refusal, segments, bundle);
                _packets -= segments;
                _bytes -= octets;
                packet.Return();
                continue;
            }

            _inputs.Put(kept++, packet);
        }

        _inputs.Shorten(kept);
    }

    // A single packet is sealed where it lies; a superframe is divided.
    private void Spread()
    {
        if (_openChecksums > 0)
        {
            CompleteChecksums();
        }

        if (Outputs == _inputs)
        {
            return;
        }

        _frame = null;
        var packet = 0;
        for (var i = 0; i < _inputs.Count; i++)
        {
            var input = _inputs[i]!;
            if (input.Segments.Kind == SegmentKind.None)
            {
                Output(_inputs.Take(i)!, packet++);
                continue;
            }

            var count = input.Segments.CountIn(input.Length);
            if (Bundle!.MakesSuperframes)
            {
                SealSuperframe(input, packet, count);
            }
            else
            {
                Divide(input, packet, count);
            }

            packet += count;
        }
    }

    private void Output(PacketBuffer buffer, int packet)
    {
        _frame = null;
        _packetOf[_divided.Count] = packet;
        _divided.Add(buffer);
    }

    // Its packets never have a buffer each: they are written, sealed and sent back to back.
    private void SealSuperframe(PacketBuffer superframe, int packet, int count)
    {
        var refusal = SuperframeSealer.Begin(superframe, Bundle!.Innermost, out var sealer);
        if (refusal != DropReason.None)
        {
            _path.Drop(refusal, count, Bundle);
            return;
        }

        while (sealer.Left > 0)
        {
            if (_frame is null || !sealer.MayContinue(_frame))
            {
                if (_path.Rent(BufferPool.SuperframeCapacity) is not { } frame)
                {
                    _path.Drop(DropReason.NoBuffer, sealer.Left, Bundle);
                    return;
                }

                // Alone in its frame, a packet looks like one that is still to be sealed.
                Output(frame, Sealed);
                _frame = frame;
            }

            sealer.Fill(_frame, _numbers.FirstOf(layer: 0) + (ulong)packet, _slices.AsSpan(0, SegmentsAtHand));
        }
    }

    private void CompleteChecksums()
    {
        foreach (var packet in _inputs.Slots)
        {
            if (packet!.Segments is { Kind: SegmentKind.None, IsChecksumMissing: true })
            {
                SegmentSplitter.CompleteChecksum(packet.Packet);
            }
        }
    }

    private void Divide(PacketBuffer superframe, int packet, int count)
    {
        var segments = superframe.Segments;
        for (var index = 0; index < count; index++)
        {
            if (_path.Rent(segments.HeaderLength + segments.Size) is not { } segment)
            {
                // Its number stays unused, which a receiver takes for a packet lost.
                _path.Drop(DropReason.NoBuffer, 1, Bundle!);
                continue;
            }

            segment.TrimTo(SegmentSplitter.Write(superframe.Packet, segments.HeaderLength, segments.Size, index, segment.SetLength(segment.Capacity)));
            Output(segment, packet + index);
        }
    }

    private void SealEsp(OutboundSa sa, int layer)
    {
        var outputs = Outputs;
        var shaper = new EspShaper(sa);
        for (var start = 0; start < outputs.Count; start += AtOnce)
        {
            var sliced = ShapeEsp(ref shaper, layer, start, Math.Min(start + AtOnce, outputs.Count));
            sa.Transform.Cipher.SealMany(_slices.AsSpan(0, sliced));
        }
    }

    private int ShapeEsp(ref EspShaper shaper, int layer, int start, int end)
    {
        var outputs = Outputs;
        var first = _numbers.FirstOf(layer);
        var (sliced, espAt) = (0, 0);
        for (var i = start; i < end; i++)
        {
            if (_superframes == 0)
            {
                var run = shaper.ShapeRun(outputs.Slots[i..end], first + PacketOf(i), _slices.AsSpan(sliced), _isAlike && layer == 0);
                i += run;
                sliced += run;
                if (i == end)
                {
                    break;
                }
            }

            if (outputs[i] is not { } packet || (outputs == _divided && _packetOf[i] == Sealed))
            {
                continue;
            }

            var number = first + PacketOf(i);
            var refusal = DropReason.None;
            if (IsDummy && layer == 0)
            {
                espAt = EspSealer.ShapeDummy(packet, Bundle!.Innermost, number);
            }
            else
            {
                refusal = shaper.Shape(packet, number, out espAt);
            }

            if (refusal != DropReason.None)
            {
                Refuse(i, refusal);
                continue;
            }

            _slices[sliced++] = new PacketSlice(packet.Memory, packet.Offset + espAt, packet.Length - espAt, number);
        }

        return sliced;
    }

    private void SignAh(OutboundSa sa, int layer)
    {
        var outputs = Outputs;
        for (var i = 0; i < outputs.Count; i++)
        {
            if (outputs[i] is { } packet && AhSigner.Sign(packet, sa, _numbers.FirstOf(layer) + PacketOf(i)) is var refusal and not DropReason.None)
            {
                Refuse(i, refusal);
            }
        }
    }

    private ulong PacketOf(int output) => (ulong)(_superframes == 0 ? output : _packetOf[output]);

    private void Refuse(int output, DropReason reason)
    {
        _path.Drop(reason, 1, Bundle!);
        Outputs.Take(output)!.Return();
    }
}
