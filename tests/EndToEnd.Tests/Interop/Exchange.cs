using System.Buffers.Binary;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Interop;

namespace EndToEnd.Tests.Interop;

/// <summary>Carries packets of several sizes both ways between a data plane and scapy, with their damaged twins and replays.</summary>
internal sealed class Exchange(ScapyLab lab, InteropCase cell)
{
    // None, the least, a block boundary of AES and of DES in either mode, and the largest that needs no fragments in any cell.
    private static readonly int[] Sizes = [0, 6, 13, 14, 1280];

    /// <summary>Runs the case to its end.</summary>
    public void Run()
    {
        var plane = lab.PlaneOf(cell);
        var (spiOut, spiIn) = lab.NextSpis();
        var (outbound, inbound) = (cell.Model(spiOut, isOutbound: true), cell.Model(spiIn, isOutbound: false));
        // Before installation: removal zeroes the keys.
        var (toPeer, fromPeer) = (ScapySa.Of(outbound, isOutbound: true), ScapySa.Of(inbound, isOutbound: false));
        plane.Install(outbound, inbound);
        try
        {
            SealHere(plane, toPeer);
            OpenHere(plane, fromPeer);
        }
        finally
        {
            plane.Remove(inbound);
        }
    }

    private void SealHere(LabPlane plane, ScapySa sa)
    {
        var numbers = cell.Numbers(Sizes.Length);
        plane.Send([.. Sizes.Select(cell.FromHost)]);
        var opened = lab.PeerOpens(sa, numbers);
        Assert.Equal(Sizes.Length, opened.Count);
        for (var i = 0; i < Sizes.Length; i++)
        {
            AssertSame(cell.FromHostSealed(Sizes[i]), opened[i].Clear);
            Assert.Equal((uint)numbers[i], SequenceOf(opened[i].Sealed));
            Assert.True(opened[i].IsDamagedRefused, "scapy opened a packet with a damaged ICV");
        }
    }

    private void OpenHere(LabPlane plane, ScapySa sa)
    {
        var before = plane.Delivered;
        lab.PeerSeals(sa, Sizes.Select(cell.FromPeer), cell.Numbers(Sizes.Length));
        var delivered = plane.AwaitDelivered(before + Sizes.Length);
        for (var i = 0; i < Sizes.Length; i++)
        {
            AssertSame(cell.FromPeerOpened(Sizes[i]), delivered[before + i]);
        }

        // The last packet sent is a replay: with it counted, nothing is on its way any more.
        var seen = plane.AwaitInbound(sa.Spi, counters => counters.Replayed + counters.IntegrityFailures + counters.Packets >= 3 * Sizes.Length);
        Assert.Equal((Sizes.Length, Sizes.Length, Sizes.Length, 0), (seen.Packets, seen.IntegrityFailures, seen.Replayed, seen.OtherRefusals));
        Assert.Equal(before + Sizes.Length, plane.Delivered);
    }

    private void AssertSame(byte[] expected, byte[] actual)
    {
        if (cell is { IsEncapsulated: true, Mode: SaMode.Transport })
        {
            // The one header of such a packet is written by the sending kernel, and by the port at arrival.
            Assert.Equal(KernelWritten.Masked(expected), KernelWritten.Masked(actual));
            return;
        }

        Assert.Equal(expected, actual);
    }

    private uint SequenceOf(byte[] packet)
    {
        var header = cell.IsOuterV6 ? 40 : 20;
        var offset = cell.Protocol == SaProtocol.Ah ? 8 : cell.IsEncapsulated ? 12 : 4;
        return BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(header + offset));
    }
}
