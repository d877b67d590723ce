using Control.Tests.Ike.V2.Kit;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Models;

namespace Control.Tests.Ike.V2;

/// <summary>INVALID_SPI in clear (RFC 7296 §1.5, §2.21.4): ESP that goes on to an end that lost its SAs makes the other ask, and a forged one makes it do no more than that.</summary>
public sealed class SpiNoticeTests
{

    // ESP(spi) →  ← N(INVALID_SPI) in clear;  INFORMATIONAL →  ← N(INVALID_IKE_SPI), N(QUICK_CRASH_DETECTION)
    [Fact]
    public void Esp_ToAnEndThatRestarted_EndsTheSessionWithinAnExchange()
    {
        using var ends = Established();
        var spi = ends.Left.Sealing!.OutboundSpi;
        ends.Right.Restart(Model(false));
        var before = ends.Sent.Count;
        ends.Order(ends.Right, new IkeCommand.TellUnknownSpi(Forged.FromLeft, spi));
        ends.Run(TimeSpan.FromSeconds(1));

        Assert.Contains("RFC 6290", Assert.Single(ends.Left.Of<IkeEvent.IkeSaClosed>()).Reason, StringComparison.Ordinal);
        Assert.Empty(ends.Left.Inbound);
        var sent = ends.Sent.Skip(before).Select(sent => (sent.Datagram.FromLeft, sent.Datagram.Header.IsResponse)).ToArray();
        Assert.Equal([(false, false), (true, false), (false, true)], sent);
        // RFC 7296 §1.5: no SPI of IKE, no number, the SPI of ESP as data.
        var notice = ends.Sent[before].Datagram;
        Assert.Equal([.. new byte[16], (byte)PayloadType.Notify, 0x20, (byte)ExchangeType.Informational, 0x08, 0, 0, 0, 0, 0, 0, 0, 40], notice.Octets[..IkeHeader.WireLength]);
        Assert.Equal([0, 0, 0, 12, 0, 0, 0, 11, (byte)(spi >> 24), (byte)(spi >> 16), (byte)(spi >> 8), (byte)spi], notice.Octets[IkeHeader.WireLength..]);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(0x1234_5678_9ABC_DEF0UL)]
    public void Notice_Forged_AsksThePeerAFewTimesAMinuteAndChangesNothing(ulong initiatorSpi)
    {
        using var ends = Established();
        var before = ends.Sent.Count;
        for (var second = 0; second < 60; second++)
        {
            for (var i = 0; i < 20; i++)
            {
                ends.Inject(ends.Left, Forged.FromRight, Notice(initiatorSpi, ends.Left.Sealing!.OutboundSpi));
            }

            ends.Run(TimeSpan.FromSeconds(1));
        }

        var sent = ends.Sent.Skip(before).ToList();
        Assert.Equal(6, sent.Count(s => s.Datagram.FromLeft));
        Assert.All(sent, s => Assert.Equal(PayloadType.Encrypted, s.Datagram.Header.NextPayload));
        Assert.Equal((60 * 20) - 6, ends.Left.Of<IkeEvent.Refused>().Count(refused => refused.Failure.Fault == IkeFault.RateLimited));
        Agreed.Hold(ends, children: 1);
    }

    [Theory]
    [InlineData("otherSpi")]
    [InlineData("otherSender")]
    [InlineData("otherType")]
    [InlineData("cut")]
    [InlineData("response")]
    public void Notice_ThatNamesNothingOfTheSenders_IsRefusedByNameAndAnsweredByNobody(string change)
    {
        using var ends = Established();
        var before = ends.Sent.Count;
        var spi = ends.Left.Sealing!.OutboundSpi;
        var octets = Notice(0, change == "otherSpi" ? spi ^ 1 : spi);
        var fault = IkeFault.SpiNoticeUnfounded;
        switch (change)
        {
            case "otherType":
                octets[IkeHeader.WireLength + 7] = 7;
                break;
            case "cut":
                octets = octets[..^1];
                octets[27]--;
                octets[IkeHeader.WireLength + 3]--;
                fault = IkeFault.NotifyData;
                break;
            case "response":
                octets[19] |= 0x20;
                fault = IkeFault.NoInitiatorSpi;
                break;
        }

        ends.Inject(ends.Left, change == "otherSender" ? Forged.FromRight with { Remote = Given.Address("203.0.113.7") } : Forged.FromRight, octets);
        ends.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(fault, Assert.Single(ends.Left.Of<IkeEvent.Refused>()).Failure.Fault);
        Assert.Equal(before, ends.Sent.Count);
        Assert.Single(ends.Left.Inbound);
    }

    // Nobody is told who is no peer, or who has an IKE SA with this end and can be told under protection what becomes of its children.
    [Fact]
    public void Report_OfAStrangerOrOfAPeerWithAnIkeSa_IsKeptBack()
    {
        using var ends = new LinkedEndpoints(Model(true), Given.Model(Given.Connection(false) with { Remote = [IpsecDp.Wire.Selectors.AddressRange.Of(Given.LeftAddress)] }));
        ends.Order(ends.Right, new IkeCommand.TellUnknownSpi(Forged.FromLeft with { Remote = Given.Address("203.0.113.7") }, 0x1000));
        Assert.Empty(ends.Sent);
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));
        var before = ends.Sent.Count;
        ends.Order(ends.Right, new IkeCommand.TellUnknownSpi(Forged.FromLeft, 0x1000));
        Assert.Equal(before, ends.Sent.Count);
    }

    [Fact]
    public void Report_OfAFlood_IsToldAFewTimesASecond()
    {
        using var ends = Established();
        ends.Right.Restart(Model(false));
        ends.Script = _ => LinkFate.Lost;
        var before = ends.Sent.Count;
        for (var i = 0U; i < 500; i++)
        {
            ends.Order(ends.Right, new IkeCommand.TellUnknownSpi(Forged.FromLeft, 0x1000 + i));
        }

        Assert.Equal(20, ends.Sent.Count - before);
    }

    private static byte[] Notice(ulong initiatorSpi, uint spi) => new IkeMessage(
        new IkeHeader { InitiatorSpi = initiatorSpi, ResponderSpi = 0, Exchange = ExchangeType.Informational, MessageId = 0, IsFromInitiator = true },
        [new NotifyPayload(NotifyType.InvalidSpi, new([(byte)(spi >> 24), (byte)(spi >> 16), (byte)(spi >> 8), (byte)spi]))]).ToArray();

    private static IkeModel Model(bool isLeft)
    {
        var secret = new byte[32];
        Array.Fill(secret, isLeft ? (byte)1 : (byte)2);
        return Given.Model(Given.Connection(isLeft) with { TakesCrashTokens = true }) with { CrashSecret = new SecretBytes(secret) };
    }

    private static LinkedEndpoints Established()
    {
        var ends = new LinkedEndpoints(Model(true), Model(false));
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));
        Agreed.Hold(ends, children: 1);
        return ends;
    }
}
