using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Print;
using IpsecDp.TestKit.Packets;
using IpsecDp.TestKit.Vectors;

namespace Control.Tests.Ike.Captures;

public sealed class CaptureTests
{
    public static TheoryData<string, int> Version2 => IkeCapture.OfVersion2;

    public static TheoryData<string> Version1 => IkeCapture.OfVersion1;

    [Theory]
    [MemberData(nameof(Version2))]
    public void Message_OfRealPeers_IsReadWholeAndWrittenOctetForOctet(string file, int count)
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        var datagrams = IkeCapture.ReadVersion2(file);

        Assert.Equal(count, datagrams.Count);
        foreach (var datagram in datagrams)
        {
            var message = Reading.Message(datagram);
            Assert.Equal(Convert.ToHexString(datagram), Convert.ToHexString(message.ToArray()));
            Assert.True(MandatoryPayloads.TryCheck(message, out var failure) || message.Header.Exchange != ExchangeType.IkeSaInit, failure.ToString());
            Assert.StartsWith(ExchangeNames.Of(message.Header.Exchange), IkePrinter.Describe(message));
        }
    }

    [Theory]
    [MemberData(nameof(Version2))]
    public void Message_OfRealPeersDamaged_IsRefusedOrReadAndNothingIsThrown(string file, int count)
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        foreach (var datagram in IkeCapture.ReadVersion2(file).Take(Math.Min(count, 4)))
        {
            Assert.All(Damage.Truncations(datagram), truncated => Assert.False(IkeMessage.TryRead(truncated, out _, out _)));
            foreach (var changed in Damage.BitChanges(datagram))
            {
                if (IkeMessage.TryRead(changed, out var message, out _))
                {
                    Assert.Equal(message, Reading.Message(message.ToArray()));
                }
            }
        }
    }

    [Fact]
    public void Message_CraftedWithAShortIdentity_IsRefusedForItsHeaderAndForItsPayload()
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        var datagram = Assert.Single(IkeCapture.ReadVersion2("tcpdump/ikev2-id-normal.pcap"));

        Assert.Equal(IkeFault.NoInitiatorSpi, Reading.FailureOf(datagram).Fault);
        datagram[0] = 1;
        Assert.Equal(new IkeFailure(IkeFault.IdentificationLength, PayloadType.InitiatorId, (int)IdType.Ipv4Address), Reading.FailureOf(datagram));
    }

    [Theory]
    [MemberData(nameof(Version1))]
    public void Header_OfVersion1_IsReadAndItsChainWalked(string file)
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        var datagrams = IkeCapture.Read(file);

        Assert.NotEmpty(datagrams);
        foreach (var datagram in datagrams)
        {
            if (!IkeHeader.TryRead(datagram, out var header, out var failure))
            {
                Assert.NotEqual("", failure.Sentence);
                continue;
            }

            Assert.False(IkeMessage.TryRead(datagram, out _, out _));
            var walker = new PayloadWalker(header.NextPayload, datagram, IkeHeader.WireLength);
            var steps = 0;
            while (!header.IsEncryptedV1 && walker.MoveNext())
            {
                steps++;
            }

            Assert.InRange(steps, 0, PayloadLimits.Payloads);
        }
    }
}
