using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Flow;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Ipsec.FlowRuns;

/// <summary>A batch, in which packets of one flow are asked once, does to each packet what the line does to it alone.</summary>
public sealed class FlowRunTests
{
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Send_BatchOfMixedFlows_IsWhatPacketsAreOneByOne(int seed)
    {
        using var batch = new RunLines();
        using var singly = new RunLines();
        Play(seed, batch, singly, rounds: 150, (_, _) => { });
        Assert.All([DropReason.NoRule, DropReason.PolicyDiscard, DropReason.HopLimitExceeded, DropReason.TooBig], reason => Assert.True(batch.Sender.Dropped(reason) > 0, $"{reason}"));
    }

    [Fact]
    public void Send_PolicyAndSaChangedBetweenBatches_IsWhatPacketsAreOneByOne()
    {
        using var batch = new RunLines();
        using var singly = new RunLines();
        Play(21, batch, singly, rounds: 100, (round, lines) =>
        {
            if (round % 3 == 0)
            {
                lines.Publish(discards: round % 2 == 0);
            }

            if (round % 5 == 0)
            {
                lines.Install(round / 5 % RunLines.Count, (uint)(1 + (round / 5 / RunLines.Count)));
            }
        });
    }

    [Fact]
    public void Send_ExtendedNumbersAcross32Bits_IsWhatPacketsAreOneByOne()
    {
        using var batch = new RunLines(model => model with { ExtendedSequenceNumbers = true, InitialSequence = uint.MaxValue - 40 });
        using var singly = new RunLines(model => model with { ExtendedSequenceNumbers = true, InitialSequence = uint.MaxValue - 40 });
        Play(31, batch, singly, rounds: 60, (_, _) => { });
        Assert.Contains(batch.Receiver.Plane.Snapshot().Associations, sa => sa.HighestSequence > uint.MaxValue);
    }

    [Fact]
    public void Send_LimitsReached_IsWhatPacketsAreOneByOne()
    {
        SaModel Change(SaModel model) => model with { Lifetime = new SaLifetime { SoftPackets = 90, HardPackets = 150 } };
        using var batch = new RunLines(Change);
        using var singly = new RunLines(Change);
        Play(41, batch, singly, rounds: 60, (_, _) => { });
        Assert.True(batch.Sender.Dropped(DropReason.LifetimeExpired) > 0);
        Assert.Equal(singly.Sender.Events.Told.Order(), batch.Sender.Events.Told.Order());
    }

    [Fact]
    public void Send_RunAfterAnotherPacketThatBeginsTheNextJob_IsNotTakenForItsLike()
    {
        using var batch = new RunLines();
        using var singly = new RunLines();
        ushort identification = 0;
        byte[] Packet(byte tos, int length) => PacketBuilder.Udp(RunLines.A, RunLines.B, 5000, 84).Tos(tos).Identification(++identification).Payload(length).Build();
        // As many as a job takes, and one that is too long to be followed before the flow goes on.
        byte[][] clear = [.. Enumerable.Range(0, SealJob.MostInputs).Select(_ => Packet(0, 100)), Packet(8, 1460), .. Enumerable.Range(0, 5).Select(_ => Packet(0, 100))];
        var sent = batch.Sender.Send(clear);
        AssertSame([.. clear.SelectMany(packet => singly.Sender.Send(packet))], sent, "out");
        AssertSameCounts(batch.Sender, singly.Sender);
    }

    [Theory]
    [InlineData("spi", DropReason.UnknownSpi)]
    [InlineData("source", DropReason.WrongEndpoint)]
    [InlineData("short", DropReason.Malformed)]
    [InlineData("replayed", DropReason.Replayed)]
    [InlineData("flipped", DropReason.IntegrityFailed)]
    [InlineData("longer", DropReason.None)]
    public void Receive_OnePacketOfARunIsWrong_LosesThatPacketForItsReason(string fault, DropReason reason)
    {
        foreach (var (port, isV6) in new[] { (80, false), (81, false), (82, true), (83, true), (84, false), (85, false), (86, true), (87, false) })
        {
            using var lines = new RunLines();
            var (source, destination) = port switch { 86 => (RunLines.A6, RunLines.B6), 84 or 85 => (RunLines.A, RunLines.B), _ when isV6 => ("fd00::1", "fd00::2"), _ => ("10.1.0.1", "10.2.0.2") };
            byte[][] clear = [.. Enumerable.Range(0, 20).Select(i => PacketBuilder.Udp(source, destination, 5000, (ushort)port).Identification((ushort)(i + 1)).Payload(200).Build())];
            byte[][] sent = [.. lines.Sender.Send(clear)];
            Assert.Equal(20, sent.Length);
            sent[9] = Spoil(sent, 9, fault);
            var got = lines.Receiver.Receive(sent);
            Assert.Equal(reason == DropReason.None ? 20 : 19, got.Count);
            Assert.All(got, packet => Assert.Equal(clear[0].AsSpan(^200..).ToArray(), packet.AsSpan(^200..).ToArray()));
            Assert.Equal(reason == DropReason.None ? 0 : 1, lines.Receiver.DroppedInAll);
            Assert.Equal(reason == DropReason.None ? 0 : 1, reason == DropReason.None ? 0 : lines.Receiver.Dropped(reason));
            Assert.Equal(0, lines.Receiver.Outstanding);
        }
    }

    [Fact]
    public void Receive_RandomFaultsInBatches_IsWhatPacketsAreOneByOne()
    {
        using var batch = new RunLines();
        using var singly = new RunLines();
        var random = new Random(51);
        var traffic = new RunTraffic(random);
        string[] faults = ["spi", "source", "short", "replayed", "flipped", "longer"];
        for (var round = 0; round < 80; round++)
        {
            byte[][] sent = [.. batch.Sender.Send([.. Enumerable.Range(0, 64).Select(_ => traffic.Next())])];
            for (var i = 1; i < sent.Length; i++)
            {
                if (random.Next(12) == 0 && RunLines.SpiOf(sent[i]) != 0)
                {
                    sent[i] = Spoil(sent, i, faults[random.Next(faults.Length)]);
                }
            }

            AssertSameReceived(batch, singly, sent, $"round {round}");
        }
    }

    private static void Play(int seed, RunLines batch, RunLines singly, int rounds, Action<int, RunLines> between)
    {
        var random = new Random(seed);
        var traffic = new RunTraffic(random);
        for (var round = 0; round < rounds; round++)
        {
            between(round, batch);
            between(round, singly);
            byte[][] clear = [.. Enumerable.Range(0, random.Next(1, 65)).Select(_ => traffic.Next())];
            var sent = batch.Sender.Send(clear);
            byte[][] alone = [.. clear.SelectMany(packet => singly.Sender.Send(packet))];
            AssertSame(alone, sent, $"round {round} out");
            AssertSame(singly.Sender.Cipher.Passed, batch.Sender.Cipher.Passed, $"round {round} past");
            AssertSame(singly.Sender.Clear.Take(), batch.Sender.Clear.Take(), $"round {round} errors");
            AssertSameCounts(batch.Sender, singly.Sender);
            AssertSameReceived(batch, singly, [.. sent, .. batch.Sender.Cipher.Passed], $"round {round} in");
            batch.Sender.Cipher.Passed.Clear();
            singly.Sender.Cipher.Passed.Clear();
        }
    }

    private static void AssertSameReceived(RunLines batch, RunLines singly, byte[][] packets, string what)
    {
        var got = packets.Chunk(64).SelectMany(chunk => batch.Receiver.Receive(chunk)).ToArray();
        AssertSame([.. packets.SelectMany(packet => singly.Receiver.Receive(packet))], got, what);
        AssertSameCounts(batch.Receiver, singly.Receiver);
    }

    // Jobs of different SAs leave in another order than packets alone do; those of one keep theirs, which their numbers show.
    private static void AssertSame(IEnumerable<byte[]> expected, IEnumerable<byte[]> actual, string what)
    {
        string[] alone = [.. expected.Select(Convert.ToHexString).Order(StringComparer.Ordinal)];
        string[] together = [.. actual.Select(Convert.ToHexString).Order(StringComparer.Ordinal)];
        Assert.True(alone.SequenceEqual(together), $"{what}: alone {string.Join(' ', alone.Except(together).Take(2))}, in a batch {string.Join(' ', together.Except(alone).Take(2))}");
    }

    private static void AssertSameCounts(SteppedHost batch, SteppedHost singly)
    {
        var (whole, alone) = (batch.Plane.Snapshot(), singly.Plane.Snapshot());
        Assert.Equal(alone.Drops.Where(drop => drop.Value > 0).OrderBy(drop => drop.Key), whole.Drops.Where(drop => drop.Value > 0).OrderBy(drop => drop.Key));
        Assert.Equal(alone.Associations.OrderBy(sa => (sa.Tunnel, sa.Spi)), whole.Associations.OrderBy(sa => (sa.Tunnel, sa.Spi)));
        Assert.Equal((alone.BypassedIn, alone.BypassedOut, singly.Outstanding, 0L), (whole.BypassedIn, whole.BypassedOut, batch.Outstanding, batch.Faulted));
    }

    private static byte[] Spoil(byte[][] sent, int index, string fault)
    {
        var packet = (byte[])sent[index].Clone();
        var isV4 = packet[0] >> 4 == 4;
        var espAt = (isV4 ? 20 : 40) + ((isV4 ? packet[9] : packet[6]) == IpProtocol.Udp ? 8 : 0);
        switch (fault)
        {
            case "spi":
                packet[espAt + 1] ^= 0x20;
                return packet;
            case "source":
                // Two words change by turns, so that the sum stays right.
                packet[isV4 ? 14 : 22] ^= 1;
                IpsecDp.Wire.Ip.IpPacketView.TryView(packet, out var view);
                if (isV4)
                {
                    view.V4.UpdateChecksum();
                }

                return packet;
            case "short":
                var length = espAt + 20;
                packet = packet[..length];
                if (espAt is 28 or 48)
                {
                    (packet[espAt - 4], packet[espAt - 3]) = (0, (byte)(length - espAt + 8));
                }

                IpLengthField.TrySet(packet, isV4 ? IpVersion.V4 : IpVersion.V6);
                return packet;
            case "replayed":
                return (byte[])sent[index - 1].Clone();
            case "flipped":
                packet[^3] ^= 4;
                return packet;
            default:
                return [.. packet, 1, 2, 3];
        }
    }
}
