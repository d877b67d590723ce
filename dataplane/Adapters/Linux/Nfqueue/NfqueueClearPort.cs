using System.Runtime.CompilerServices;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>The host's face of a capture: receives what the host sends, held by the kernel until it is answered; gives the host opened packets as those the kernel holds for them, so that they go on as if they had come in clear on that interface.</summary>
/// <remarks>TCP segments that follow one another go in as one packet (<see cref="OpenedRun"/>). What the kernel holds nothing for, or a packet of the other IP version, goes in over the loopback.</remarks>
internal sealed class NfqueueClearPort : QueuePort, IClearPort
{
    private readonly LoopbackInjector _loopback;
    private readonly OpenedRun _runs;
    private readonly HostMtus _mtus;

    public NfqueueClearPort(string name, int mtu, QueueReader reader, QueueReader? marked, LoopbackInjector loopback, OpenedRun runs, HostMtus mtus, PortCounters counters, KernelCounts kernel)
        : base(name, mtu, reader, marked, counters, kernel, [])
    {
        (_loopback, _runs, _mtus) = (loopback, runs, mtus);
    }

    /// <inheritdoc/>
    public bool ComesBeforeFragmenting => true;

    /// <inheritdoc/>
    [SkipLocalsInit]
    public unsafe void Inject(PacketBatch batch)
    {
        if (!TryEnter(batch))
        {
            return;
        }

        var scratch = stackalloc byte[VerdictBatch.ScratchSize];
        var verdicts = new VerdictBatch(scratch);
        var (packets, octets) = (0L, 0L);
        var beside = 0;
        for (var i = 0; i < batch.Count;)
        {
            if (batch[i] is not { } buffer || !IsHeld(buffer))
            {
                i++;
                continue;
            }

            GiveBefore(ref verdicts, batch, beside, i);
            var count = _runs.Settle(ref verdicts, batch, i);
            for (var end = i + count; i < end; i++)
            {
                packets++;
                octets += batch[i]!.Length;
            }

            beside = i;
        }

        GiveBefore(ref verdicts, batch, beside, batch.Count);
        verdicts.Flush();
        Counters.AddSent(packets, octets);
        Leave();
    }

    private void GiveBefore(ref VerdictBatch verdicts, PacketBatch batch, int start, int end)
    {
        if (start == end)
        {
            return;
        }

        verdicts.Flush();
        for (var i = start; i < end; i++)
        {
            // Only what was made here speaks for the data plane.
            if (batch[i] is { MarkOwner: null, Trail.Depth: 0 } made)
            {
                _mtus.Learn(made);
            }
        }

        _loopback.Send(batch, start, end);
    }

    private protected override void ReleaseBeside() => _loopback.Dispose();

    private static bool IsHeld(PacketBuffer buffer) =>
        buffer is { MarkOwner: QueueSocket, Segments.Kind: SegmentKind.None, Length: > 0 and <= VerdictBatch.LongestPacket }
        && new QueueMark(buffer.PortMark).IsV4 == (buffer.Packet[0] >> 4 == 4);
}
