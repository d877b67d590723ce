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
    private const int MostLayers = 2;

    private readonly OutboundPath _path;
    private readonly PacketBuffer?[] _inputs = new PacketBuffer?[MostInputs];
    private readonly DropReason[] _refusals = new DropReason[MostInputs];
    private readonly ulong[] _first = new ulong[MostInputs * MostLayers];
    private readonly ulong[] _numbers = new ulong[MostOutputs * MostLayers];
    private readonly PacketSlice[] _slices = new PacketSlice[MostOutputs];
    private readonly LifetimeWatch.Event[] _lifetimes = new LifetimeWatch.Event[MostLayers];
    private readonly bool[] _spent = new bool[MostLayers];
    private readonly PacketBatch _outputs = new(MostOutputs);
    private int _count;
    private int _bytes;
    private int _noBuffer;
    private int _packets;

    internal SealJob(OutboundPath path) => _path = path;

    /// <summary>The bundle that seals it.</summary>
    public OutboundBundle? Bundle { get; private set; }

    /// <summary>Packets it stands for, segments counted.</summary>
    public override int Packets => _packets;

    /// <inheritdoc/>
    public override int Bytes => _bytes;

    /// <summary>Whether another buffer may be added.</summary>
    public bool HasRoom => _count < MostInputs && _packets < FullAt;

    /// <summary>Whether the job is one dummy packet.</summary>
    public bool IsDummy { get; set; }

    /// <summary>Begins a job of a bundle.</summary>
    public void Begin(OutboundBundle bundle)
    {
        Bundle = bundle;
        (_count, _packets, _bytes, _noBuffer, IsDummy) = (0, 0, 0, 0, false);
    }

    /// <summary>Adds a packet, which the job owns from here on.</summary>
    public void Add(PacketBuffer packet)
    {
        _refusals[_count] = DropReason.None;
        _inputs[_count++] = packet;
        _packets += packet.Segments.CountIn(packet.Length);
        _bytes += packet.Length;
    }

    /// <summary>Moves what is in the job back into a batch, because its bundle went away.</summary>
    internal void Undo(PacketBatch batch)
    {
        for (var i = 0; i < _count; i++)
        {
            batch.Add(_inputs[i]!);
            _inputs[i] = null;
        }

        _count = 0;
    }

    /// <summary>Takes a number in every layer for each packet and charges the SAs; the bundle's lock is held.</summary>
    internal void Reserve(OutboundBundle bundle)
    {
        Bundle = bundle;
        _spent.AsSpan().Clear();
        for (var i = 0; i < _count; i++)
        {
            var packet = _inputs[i]!;
            var segments = packet.Segments.CountIn(packet.Length);
            for (var layer = 0; layer < bundle.Layers.Length && _refusals[i] == DropReason.None; layer++)
            {
                _refusals[i] = Reserve(bundle.Layers[layer], segments, packet.Length, out _first[i * MostLayers + layer]);
                _spent[layer] |= _refusals[i] != DropReason.None;
            }
        }

        for (var layer = 0; layer < bundle.Layers.Length; layer++)
        {
            var sa = bundle.Layers[layer];
            var seen = sa.Lifetime.Look((ulong)sa.Counters.Packets, (ulong)sa.Counters.Bytes);
            // What is left may be too little for a superframe; control hears of it rather than see the SA refuse for ever.
            var isSpent = sa.Sequence.IsExhausted || _spent[layer];
            _lifetimes[layer] = isSpent && seen != LifetimeWatch.Event.Hard ? sa.Lifetime.Exhaust() : seen;
        }
    }

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
        var bundle = Bundle!;
        if (Faulted)
        {
            // What a failed engine left half sealed must not leave this host.
            _path.Drop(DropReason.EngineFault, _packets, bundle);
            _outputs.Clear();
        }

        for (var i = 0; i < _count; i++)
        {
            if (_refusals[i] != DropReason.None && !Faulted)
            {
                _path.Drop(_refusals[i], _inputs[i]!.Segments.CountIn(_inputs[i]!.Length), bundle);
            }

            _inputs[i]?.Return();
            _inputs[i] = null;
        }

        if (_noBuffer > 0)
        {
            _path.Drop(DropReason.NoBuffer, _noBuffer, bundle);
        }

        for (var layer = 0; layer < bundle.Layers.Length; layer++)
        {
            _path.Tell(bundle.Layers[layer].Model, _lifetimes[layer]);
        }

        _path.Send(_outputs, bundle);
        _path.Recycle(this);
    }

    private static DropReason Reserve(OutboundSa sa, int segments, int bytes, out ulong first)
    {
        first = 0;
        if (!sa.Lifetime.Allows((ulong)(sa.Counters.Packets + segments), (ulong)(sa.Counters.Bytes + bytes)))
        {
            return DropReason.LifetimeExpired;
        }

        if (!sa.Sequence.TryReserve(segments, out first))
        {
            return DropReason.SequenceExhausted;
        }

        sa.Counters.Charge(segments, bytes);
        return DropReason.None;
    }

    // A single packet is sealed where it lies; a superframe is divided into packets of their own.
    private void Spread()
    {
        for (var i = 0; i < _count; i++)
        {
            if (_refusals[i] != DropReason.None)
            {
                continue;
            }

            var packet = _inputs[i]!;
            if (packet.Segments.Kind == SegmentKind.None)
            {
                if (packet.Segments.IsChecksumMissing)
                {
                    SegmentSplitter.CompleteChecksum(packet.Packet);
                }

                _inputs[i] = null;
                Output(packet, i, 0);
                continue;
            }

            Divide(packet, i);
        }
    }

    private void Divide(PacketBuffer superframe, int input)
    {
        var segments = superframe.Segments;
        var count = segments.CountIn(superframe.Length);
        for (var index = 0; index < count; index++)
        {
            if (_path.Rent(segments.HeaderLength + segments.Size) is not { } packet)
            {
                _noBuffer++;
                continue;
            }

            var length = SegmentSplitter.Write(superframe.Packet, segments.HeaderLength, segments.Size, index, packet.SetLength(packet.Capacity));
            packet.TrimTo(length);
            Output(packet, input, index);
        }
    }

    private void Output(PacketBuffer packet, int input, int index)
    {
        for (var layer = 0; layer < Bundle!.Layers.Length; layer++)
        {
            _numbers[_outputs.Count * MostLayers + layer] = _first[input * MostLayers + layer] + (ulong)index;
        }

        _outputs.Add(packet);
    }

    private void SealEsp(OutboundSa sa, int layer)
    {
        var sliced = 0;
        for (var i = 0; i < _outputs.Count; i++)
        {
            if (_outputs[i] is not { } packet)
            {
                continue;
            }

            var number = _numbers[i * MostLayers + layer];
            if (IsDummy && layer == 0)
            {
                _slices[sliced++] = EspSealer.ShapeDummy(packet, sa, number);
                continue;
            }

            var refusal = EspSealer.Shape(packet, sa, number, out _slices[sliced]);
            if (refusal != DropReason.None)
            {
                Refuse(i, refusal);
                continue;
            }

            sliced++;
        }

        sa.Transform.Cipher.SealMany(_slices.AsSpan(0, sliced));
    }

    private void SignAh(OutboundSa sa, int layer)
    {
        for (var i = 0; i < _outputs.Count; i++)
        {
            if (_outputs[i] is { } packet && AhSigner.Sign(packet, sa, _numbers[i * MostLayers + layer]) is var refusal and not DropReason.None)
            {
                Refuse(i, refusal);
            }
        }
    }

    private void Refuse(int output, DropReason reason)
    {
        _path.Drop(reason, 1, Bundle!);
        _outputs.Take(output)!.Return();
    }
}
