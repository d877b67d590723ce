using System.Runtime.CompilerServices;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>The network's face of a capture: receives ESP, AH, and clear packets to be judged, before connection tracking saw them; sends a sealed packet as the one the kernel holds for it, so that the kernel's own flow goes on, and by a raw socket where none is held.</summary>
internal sealed class NfqueueCipherPort : QueuePort, ICipherPort
{
    private readonly RawPair _raw;
    private readonly HostMtus _mtus;

    public NfqueueCipherPort(string name, int mtu, QueueReader reader, QueueReader? marked, RawPair raw, HostMtus mtus, PortCounters counters, KernelCounts kernel)
        : base(name, mtu, reader, marked, counters, kernel, raw.Descriptors) => (_raw, _mtus) = (raw, mtus);

    /// <inheritdoc/>
    [SkipLocalsInit]
    public unsafe void Send(PacketBatch batch)
    {
        if (!TryEnter(batch))
        {
            return;
        }

        var scratch = stackalloc byte[VerdictBatch.ScratchSize];
        var verdicts = new VerdictBatch(scratch);
        var (packets, octets) = (0L, 0L);
        var raw = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i] is not { MarkOwner: QueueSocket socket } buffer)
            {
                continue;
            }

            if (!MayReplace(buffer))
            {
                // The packet leaves by the raw socket, and what the kernel holds is dropped when its buffer goes back.
                continue;
            }

            SendBefore(ref verdicts, batch, raw, i);
            raw = i + 1;
            verdicts.Replace(socket, new QueueMark(buffer.TakeMark()), buffer);
            packets++;
            octets += buffer.Length;
        }

        verdicts.Flush();
        _raw.Send(batch, raw, batch.Count);
        Counters.AddSent(packets, octets);
        Leave();
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    public unsafe void Pass(PacketBatch batch)
    {
        if (!TryEnter(batch))
        {
            return;
        }

        var scratch = stackalloc byte[VerdictBatch.ScratchSize];
        var verdicts = new VerdictBatch(scratch);
        var (packets, octets) = (0L, 0L);
        var raw = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i] is not { MarkOwner: QueueSocket socket } buffer)
            {
                continue;
            }

            SendBefore(ref verdicts, batch, raw, i);
            raw = i + 1;
            // Nothing was changed, so what the kernel holds is the packet, superframe or not.
            verdicts.Settle(socket, new QueueMark(buffer.TakeMark()), QueueNumbers.Accept);
            packets += PortCounters.PacketsIn(buffer);
            octets += PortCounters.OctetsIn(buffer);
        }

        verdicts.Flush();
        _raw.Send(batch, raw, batch.Count);
        Counters.AddSent(packets, octets);
        Leave();
    }

    // Order holds because, either way, a packet has left when the call returns.
    private void SendBefore(ref VerdictBatch verdicts, PacketBatch batch, int start, int end)
    {
        if (start < end)
        {
            verdicts.Flush();
            _raw.Send(batch, start, end);
        }
    }

    private protected override void DrainBeside(PacketBatch batch, int limit) => _raw.Drain(batch, limit);

    private protected override void ReleaseBeside() => _raw.Dispose();

    // Behind POSTROUTING nothing is routed again, so only a packet to the same place may take another's; and the host's stack cuts or refuses what exceeds the path as the host knows it, which is less than the link carries.
    private bool MayReplace(PacketBuffer buffer)
    {
        var mark = new QueueMark(buffer.PortMark);
        return !mark.IsSuperframe && buffer.Segments.Kind == SegmentKind.None && buffer.Length <= VerdictBatch.LongestPacket
            && IpPacketView.TryView(buffer.Packet, out var view) && mark.GoesTo(view.Destination)
            && _mtus.Fits(view.Destination, buffer.Length);
    }
}
