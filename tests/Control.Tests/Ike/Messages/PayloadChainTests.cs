using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Payloads;

namespace Control.Tests.Ike.Messages;

public sealed class PayloadChainTests
{
    [Fact]
    public void TryRead_UnknownCritical_IsRefusedWithItsType()
    {
        var failure = Reading.FailureOf(Reading.Datagram((PayloadType)60, 0, 0x80, 0, 4));

        Assert.Equal(new IkeFailure(IkeFault.UnknownCriticalPayload, (PayloadType)60, 60), failure);
    }

    [Fact]
    public void TryRead_UnknownNotCritical_IsPassedOver()
    {
        var message = Reading.Message(Reading.Datagram((PayloadType)60, 43, 0, 0, 5, 9, 0, 0, 0, 4));

        Assert.Equal([(PayloadType)60, PayloadType.VendorId], message.Payloads.Select(payload => payload.Type));
    }

    [Fact]
    public void TryRead_CriticalBitOnAKnownPayload_IsIgnored() =>
        Assert.Single(Reading.Message(Reading.Datagram(PayloadType.VendorId, 0, 0xFF, 0, 4)).Payloads);

    [Fact]
    public void TryRead_NonceTwice_IsRefused()
    {
        byte[] nonce = [0, 0, 0, 20, .. new byte[16]];
        byte[] first = [40, .. nonce[1..]];

        Assert.Equal(IkeFault.DuplicatePayload, Reading.FailureOf(Reading.Datagram(PayloadType.Nonce, [.. first, .. nonce])).Fault);
        Assert.Single(Reading.Message(Reading.Datagram(PayloadType.Nonce, nonce)).Payloads);
    }

    [Fact]
    public void TryRead_OctetsBehindTheLast_AreRefused() =>
        Assert.Equal(IkeFault.OctetsBehindChain, Reading.FailureOf(Reading.Datagram(PayloadType.VendorId, 0, 0, 0, 4, 0)).Fault);

    [Fact]
    public void TryRead_EncryptedInsideEncrypted_IsRefused()
    {
        Assert.False(PayloadChain.TryRead(PayloadType.Encrypted, [0, 0, 0, 4], isInside: true, out _, out var failure));
        Assert.Equal(IkeFault.NestedEncryption, failure.Fault);
        Assert.True(PayloadChain.TryRead(PayloadType.Encrypted, [0, 0, 0, 4], isInside: false, out _, out _));
    }

    [Theory]
    [InlineData(PayloadLimits.Payloads, IkeFault.None)]
    [InlineData(PayloadLimits.Payloads + 1, IkeFault.TooManyPayloads)]
    public void TryRead_ManyPayloads_AreReadUpToTheLimit(int count, IkeFault expected)
    {
        byte[] chain = [.. Enumerable.Range(1, count).SelectMany(i => (byte[])[(byte)(i == count ? 0 : 43), 0, 0, 4])];

        Assert.Equal(expected, Reading.FailureOf(Reading.Datagram(PayloadType.VendorId, chain)).Fault);
    }

    [Fact]
    public void TryRead_NoPayloads_IsAMessage() => Assert.Empty(Reading.Message(Reading.Datagram(PayloadType.None)).Payloads);
}
