using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Payloads;

namespace Control.Tests.Ike.Messages.Header;

public sealed class IkeHeaderTests
{
    private const string Wire = "a1a2a3a4a5a6a7a8b1b2b3b4b5b6b7b8" + "2e" + "20" + "25" + "28" + "00000007" + "0000001c";

    [Fact]
    public void TryRead_KnownOctets_EveryFieldIsThere()
    {
        Assert.True(IkeHeader.TryRead(Convert.FromHexString(Wire), out var header, out _));

        Assert.Equal(0xA1A2A3A4A5A6A7A8, header.InitiatorSpi);
        Assert.Equal(0xB1B2B3B4B5B6B7B8, header.ResponderSpi);
        Assert.Equal(PayloadType.Encrypted, header.NextPayload);
        Assert.Equal((2, 0), (header.MajorVersion, header.MinorVersion));
        Assert.Equal(ExchangeType.Informational, header.Exchange);
        Assert.True(header.IsFromInitiator && header.IsResponse && !header.SpeaksHigherVersion && !header.IsEncryptedV1);
        Assert.Equal((7u, 28), (header.MessageId, header.Length));
    }

    [Theory]
    [InlineData(17, 0x10, IkeFault.None)]
    [InlineData(17, 0x2F, IkeFault.None)]
    [InlineData(17, 0x00, IkeFault.UnsupportedVersion)]
    [InlineData(17, 0x30, IkeFault.UnsupportedVersion)]
    [InlineData(17, 0xF0, IkeFault.UnsupportedVersion)]
    [InlineData(27, 27, IkeFault.LengthMismatch)]
    [InlineData(27, 29, IkeFault.LengthMismatch)]
    [InlineData(24, 0x80, IkeFault.LengthMismatch)]
    public void TryRead_OneOctetChanged_IsWhatTheClauseSays(int at, byte value, IkeFault expected)
    {
        var octets = Convert.FromHexString(Wire);
        octets[at] = value;

        Assert.Equal(expected == IkeFault.None, IkeHeader.TryRead(octets, out _, out var failure));
        Assert.Equal(expected, failure.Fault);
    }

    [Fact]
    public void TryRead_NoInitiatorSpi_IsRefused()
    {
        var octets = Convert.FromHexString(Wire);
        octets.AsSpan(0, 8).Clear();

        Assert.False(IkeHeader.TryRead(octets, out _, out var failure));
        Assert.Equal(IkeFault.NoInitiatorSpi, failure.Fault);
    }

    [Fact]
    public void Write_AnyFlags_KeepsThem()
    {
        var octets = Convert.FromHexString(Wire);
        for (var flags = 0; flags < 256; flags++)
        {
            octets[19] = (byte)flags;
            Assert.True(IkeHeader.TryRead(octets, out var header, out _));
            var again = new byte[IkeHeader.WireLength];
            header.Write(again);
            Assert.Equal(octets, again);
            var turned = header with { IsResponse = !header.IsResponse, IsFromInitiator = !header.IsFromInitiator };
            Assert.Equal(flags ^ 0x28, turned.Flags);
        }
    }
}
