using IpsecDp.Adapters;
using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Divert;
using IpsecDp.TestKit.Divert;
using IpsecDp.TestKit.Packets;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Adapters.Windows;

/// <summary>Whatever ends, nothing of the plan leaves in clear; the driver is the modelled one.</summary>
public sealed class FailClosedTests
{
    private const string Local = "10.1.0.1";
    private const string Remote = "10.2.0.1";
    private static readonly DivertPlan Plan = TestPlan.Pair(Local, Remote);
    private int _sent;

    [Fact]
    public void Capture_Dies_NothingQueuedOrSentLaterLeaves()
    {
        using var rig = CaptureRig.Create(Plan);
        Send(rig, 300);
        rig.Kernel.KillProcess(CaptureRig.CaptureProcess);
        Send(rig, 5);
        Assert.Empty(rig.Kernel.Wire);
        // The reader may have had some in hand when it died; those are gone with it.
        Assert.True(rig.Kernel.Guarded >= 5);
    }

    [Fact]
    public void Capture_DiesWithoutGuard_QueueLeavesInClear()
    {
        // What the guard is for: without it the driver gives back what waited, and what comes later passes.
        using var rig = CaptureRig.Create(Plan);
        rig.Guard.Hold([]);
        rig.Kernel.KillProcess(CaptureRig.CaptureProcess);
        Send(rig, 1);
        Assert.Single(rig.Kernel.Wire);
    }

    [Fact]
    public void Guard_Dies_CaptureStillTakesEverything()
    {
        using var rig = CaptureRig.Create(Plan);
        rig.Guard.Dispose();
        Send(rig, 20);
        Assert.Equal(20, Receive(rig, 20).Count);
        Assert.Empty(rig.Kernel.Wire);
    }

    [Fact]
    public void Capture_Disposed_WhatItHadIsNotGivenBack()
    {
        using var rig = CaptureRig.Create(Plan);
        // So that nothing but the order of closing keeps packets in.
        rig.Guard.Hold([]);
        Send(rig, 1000);
        rig.Capture.Dispose();
        Assert.Empty(rig.Kernel.Wire);
        Assert.DoesNotContain(rig.Kernel.Sessions, session => session.Process == CaptureRig.CaptureProcess);
    }

    [Fact]
    public void Sent_EspOpenedAndPassed_GoBelowTheGuard()
    {
        using var rig = CaptureRig.Create(Plan);
        var buffers = new RigBuffers();
        using var batch = new PacketBatch();
        batch.Add(buffers.Fill(PacketBuilder.Ip(Local, Remote, IpProtocol.Esp).Payload(60).Build()));
        rig.Capture.Cipher.Send(batch);
        batch.Clear();
        // Policy may let a packet pass that the plan, and so the guard, names.
        batch.Add(buffers.Fill(PacketBuilder.Udp(Local, Remote, 500, 500).Payload(60).Build()));
        rig.Capture.Cipher.Pass(batch);
        batch.Clear();
        Assert.Equal(2, rig.Kernel.Wire.Count);
        rig.Kernel.WireBrings(PacketBuilder.Ip(Remote, Local, IpProtocol.Esp).Payload(60).Build());
        Assert.True(rig.Capture.Cipher.Receive(batch));
        rig.Capture.Clear.Inject(batch);
        Assert.Single(rig.Kernel.Host);
        Assert.Equal(0, rig.Kernel.Guarded);
    }

    [Fact]
    public void Inbound_ClearButNamed_IsTakenAndAfterADeathDropped()
    {
        using var rig = CaptureRig.Create(Plan);
        rig.Kernel.WireBrings(PacketBuilder.Udp(Remote, Local, 1, 2).Payload(60).Build());
        using var batch = new PacketBatch();
        Assert.True(rig.Capture.Cipher.Receive(batch));
        rig.Kernel.KillProcess(CaptureRig.CaptureProcess);
        rig.Kernel.WireBrings(PacketBuilder.Udp(Remote, Local, 1, 2).Payload(60).Build());
        Assert.Empty(rig.Kernel.Host);
    }

    [Fact]
    public void Open_CaptureRefused_GuardHoldsAndNothingIsLeftOpen()
    {
        var kernel = new DivertKernel();
        using var guard = new IpsecDp.Adapters.Windows.DivertGuard(new KernelDriver(kernel, 2));
        var driver = new KernelDriver(kernel);
        var options = new IpsecDp.Adapters.Windows.WinDivertOptions { Driver = new RefusingDriver(driver, refuseAt: 2), Plan = Plan, Guard = guard, Mtu = 1500 };
        var refusal = Assert.Throws<AdapterException>(() => IpsecDp.Adapters.Windows.WinDivertCapture.Open(options));
        Assert.Contains("1450", refusal.Message, StringComparison.Ordinal);
        Assert.All(kernel.Sessions, session => Assert.Equal(2, session.Process));
        kernel.HostSends(PacketBuilder.Udp(Local, Remote, 1, 2).Payload(60).Build());
        Assert.Empty(kernel.Wire);
    }

    [Fact]
    public void Change_InFullFlow_LosesNothingAndLetsNothingOut()
    {
        using var rig = CaptureRig.Create(Plan);
        var received = 0;
        using var reader = new TestThread("line", () => received = ReceiveUntilInterrupted(rig));
        var isSending = true;
        var sent = 0;
        using (var sender = new TestThread("host", () =>
        {
            while (Volatile.Read(ref isSending) || sent < 500)
            {
                Send(rig, 1);
                sent++;
                Thread.Yield();
            }
        }))
        {
            for (var round = 0; round < 8; round++)
            {
                rig.Capture.Take(TestPlan.Pair(Local, Remote) with { Outbound = [TestPlan.Selector(Local, round % 2 == 0 ? "10.2.0.0/16" : Remote)] });
            }

            Volatile.Write(ref isSending, false);
        }

        rig.Capture.Dispose();
        reader.Join();
        Assert.Empty(rig.Kernel.Wire);
        Assert.Equal(0, rig.Kernel.Guarded);
        Assert.True(received > 0 && received <= sent, $"{received} of {sent}");
    }

    [Fact]
    public void Change_FromOnePlanToAnother_FormerIsLetGoAndNextIsHeld()
    {
        using var rig = CaptureRig.Create(Plan);
        rig.Capture.BeginChange(TestPlan.Pair(Local, "10.3.0.1"));
        Assert.Equal(4, rig.Guard.Count);
        rig.Capture.EndChange();
        Assert.Equal(2, rig.Guard.Count);
        Send(rig, 1);
        Assert.Single(rig.Kernel.Wire);
        rig.Kernel.HostSends(PacketBuilder.Udp(Local, "10.3.0.1", 1, 2).Payload(60).Build());
        Assert.Single(Receive(rig, 1));
        rig.Kernel.KillProcess(CaptureRig.CaptureProcess);
        rig.Kernel.HostSends(PacketBuilder.Udp(Local, "10.3.0.1", 1, 2).Payload(60).Build());
        Assert.Single(rig.Kernel.Wire);
    }

    [Fact]
    public void Change_Refused_FormerPlanStaysInForce()
    {
        using var rig = CaptureRig.Create(Plan);
        rig.Kernel.Fail('o', 1450);
        Assert.Throws<AdapterException>(() => rig.Capture.Take(TestPlan.Pair(Local, "10.3.0.1")));
        Assert.Equal(2, rig.Guard.Count);
        Send(rig, 3);
        Assert.Equal(3, Receive(rig, 3).Count);
        Assert.Empty(rig.Kernel.Wire);
    }

    // Every other one marked, so that it goes by the handles of those.
    private void Send(CaptureRig rig, int count)
    {
        for (var i = 0; i < count; i++)
        {
            rig.Kernel.HostSends(PacketBuilder.Udp(Local, Remote, 1000, 2000).Tos((byte)(_sent++ % 2 == 0 ? 0xC0 : 0)).Payload(60).Build());
        }
    }

    private static List<byte[]> Receive(CaptureRig rig, int count)
    {
        using var watchdog = new Timer(_ => rig.Capture.Clear.Interrupt(), null, TestThread.Patience, Timeout.InfiniteTimeSpan);
        using var batch = new PacketBatch();
        var packets = new List<byte[]>();
        while (packets.Count < count && rig.Capture.Clear.Receive(batch))
        {
            packets.AddRange(Enumerable.Range(0, batch.Count).Select(index => batch[index]!.Packet.ToArray()));
            batch.Clear();
        }

        return packets;
    }

    private static int ReceiveUntilInterrupted(CaptureRig rig)
    {
        using var batch = new PacketBatch();
        var count = 0;
        for (; rig.Capture.Clear.Receive(batch); batch.Clear())
        {
            count += batch.Count;
        }

        return count;
    }

    private sealed class RefusingDriver(KernelDriver inner, int refuseAt) : IpsecDp.Adapters.Windows.IDivertDriver
    {
        private int _opened;

        public IpsecDp.Adapters.Windows.IDivertHandle Open(string filter, IpsecDp.Adapters.Windows.WinDivertLayer layer, short priority, IpsecDp.Adapters.Windows.WinDivertFlags flags) =>
            _opened++ == refuseAt ? throw IpsecDp.Adapters.Windows.WinDivertError.ToException("opening", 1450) : inner.Open(filter, layer, priority, flags);
    }
}
