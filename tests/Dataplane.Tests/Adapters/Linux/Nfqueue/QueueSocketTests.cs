using IpsecDp.Adapters.Linux.Nfqueue;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Adapters.Linux.Nfqueue;

/// <summary>Packets and their verdicts, by the host's face of a capture.</summary>
public sealed class QueueSocketTests
{
    [Fact]
    public void Verdicts_OutOfOrder_AnswerEveryPacket()
    {
        using var rig = NfqueueClearRig.Create();
        using var batch = Receive(rig, 8);
        Assert.Equal(8, rig.Capture.Losses.Waiting);
        foreach (var index in (int[])[5, 0, 7, 2, 1, 6, 4, 3])
        {
            batch.Take(index)!.Return();
        }

        Assert.Equal(0, rig.Capture.Losses.Waiting);
        Assert.Equal(0, rig.Capture.MissedVerdicts);
    }

    [Fact]
    public void Verdict_ForAPacketAlreadyGone_IsCountedAndHarmsNothing()
    {
        using var rig = NfqueueClearRig.Create();
        using (var batch = Receive(rig, 1))
        {
            var owner = batch[0]!.MarkOwner!;
            var mark = batch[0]!.TakeMark();
            owner.Forsake(mark);
            owner.Forsake(mark);
        }

        using (Receive(rig, 1))
        {
            Assert.Equal(1, rig.Capture.MissedVerdicts);
        }
    }

    [Fact]
    public void Buffers_ReturnedAfterTheEnd_HarmNothing()
    {
        using var rig = NfqueueClearRig.Create();
        using var batch = Receive(rig, 4);
        rig.DisposePort();
        batch.Clear();
        Assert.Equal(0, rig.Outstanding);
    }

    [Fact]
    public void Queue_Overflowing_IsCountedByTheKernelAndShown()
    {
        const int Length = 16;
        using var spaces = new CaptureSpaces();
        using var capture = spaces.Spaces.A.Run(() => NfqueueCapture.Open(new NfqueueOptions { Plan = CaptureSpaces.Everything, QueueLength = Length, Buffers = spaces.Buffers }));
        for (var i = 0; i < 3 * Length; i++)
        {
            spaces.SendClear();
        }

        Assert.Equal(new QueueLosses(Length, 2 * Length, 0), capture.Losses);
        Assert.Equal(2 * Length, capture.ClearPorts[0].Stats.ReceiveFailures);
        Assert.Contains($"{2 * Length} at full queues", capture.FeatureLine, StringComparison.Ordinal);
    }

    [Fact]
    public void Socket_Overflowing_LosesCountsAndGoesOn()
    {
        using var spaces = new CaptureSpaces();
        using var capture = spaces.Spaces.A.Run(() => NfqueueCapture.Open(new NfqueueOptions { Plan = CaptureSpaces.Everything, SocketBuffer = 16 << 10, Buffers = spaces.Buffers }));
        for (var i = 0; i < 200; i++)
        {
            spaces.SendClear();
        }

        var losses = capture.Losses;
        Assert.True(losses is { SocketFull: > 0, Waiting: > 0 }, losses.ToString());
        using var batch = new PacketBatch();
        for (var left = losses.Waiting; left > 0; left -= batch.Count)
        {
            batch.Clear();
            Assert.True(capture.ClearPorts[0].Receive(batch));
        }

        batch.Clear();
        Assert.Equal(0, capture.Losses.Waiting);
    }

    [Fact]
    public void ReceiveAndInject_ThousandsOfPackets_AllocateNothing()
    {
        const int Count = 40;
        using var rig = NfqueueClearRig.Create();
        using var incoming = new PacketBatch();
        using var outgoing = new PacketBatch();
        long allocated = 0;
        for (var round = 0; round < 60; round++)
        {
            for (var i = 0; i < Count; i++)
            {
                rig.Feed(rig.MakePacket(i, 600));
                var packet = rig.MakePacket(i, 600);
                var buffer = rig.Rent(packet.Length);
                packet.CopyTo(buffer.SetLength(packet.Length));
                outgoing.Add(buffer);
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            rig.Port.Inject(outgoing);
            outgoing.Clear();
            for (var received = 0; received < Count; incoming.Clear())
            {
                Assert.True(rig.Port.Receive(incoming));
                received += incoming.Count;
            }

            // The first rounds compile and make buffers.
            allocated += round < 20 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    private static PacketBatch Receive(NfqueueClearRig rig, int count)
    {
        for (var i = 0; i < count; i++)
        {
            rig.Feed(rig.MakePacket(i, 200));
        }

        var batch = new PacketBatch(PacketBatch.DefaultCapacity);
        using var watchdog = new Timer(_ => rig.Interrupt(), null, TestThread.Patience, Timeout.InfiniteTimeSpan);
        while (batch.Count < count)
        {
            Assert.True(rig.Port.Receive(batch), $"{batch.Count} of {count} packets arrived");
        }

        return batch;
    }
}
