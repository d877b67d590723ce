using IpsecDp.Fuzz.Ike;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Wire.Ip;

namespace Control.Tests.Ike.Messages.Notifies;

public sealed class NotifyDataTests
{
    [Theory]
    [InlineData(NotifyType.UnsupportedCriticalPayload, 1, 1)]
    [InlineData(NotifyType.InvalidMajorVersion, 0, 1)]
    [InlineData(NotifyType.InvalidKePayload, 2, 2)]
    [InlineData(NotifyType.SetWindowSize, 4, 4)]
    [InlineData(NotifyType.AuthLifetime, 4, 4)]
    [InlineData(NotifyType.AdditionalIp4Address, 4, 4)]
    [InlineData(NotifyType.AdditionalIp6Address, 16, 16)]
    [InlineData(NotifyType.NatDetectionSourceIp, 20, 20)]
    [InlineData(NotifyType.NatDetectionDestinationIp, 20, 20)]
    [InlineData(NotifyType.Cookie, 1, 64)]
    [InlineData(NotifyType.Cookie2, 8, 64)]
    [InlineData(NotifyType.IpcompSupported, 3, 3)]
    [InlineData(NotifyType.QuickCrashDetection, 16, 128)]
    public void Data_LengthOfEachType_IsWhatItsRfcSays(NotifyType type, int least, int most)
    {
        for (var length = 0; length <= most + 2; length++)
        {
            byte[] body = [0, 0, (byte)((ushort)type >> 8), (byte)type, .. new byte[length]];
            Assert.Equal(length >= least && length <= most ? IkeFault.None : IkeFault.NotifyData, Reading.FaultOf(PayloadType.Notify, body));
        }
    }

    [Theory]
    [InlineData("0304" + "4009" + "c0ffee01", IkeFault.None)]
    [InlineData("0204" + "4009" + "c0ffee01", IkeFault.None)]
    [InlineData("0104" + "4009" + "c0ffee01", IkeFault.NotifySpi)]
    [InlineData("0004" + "4009" + "c0ffee01", IkeFault.NotifySpi)]
    [InlineData("0300" + "4009", IkeFault.NotifySpi)]
    [InlineData("0308" + "4009" + "c0ffee01c0ffee01", IkeFault.NotifySpi)]
    [InlineData("0100" + "4000", IkeFault.None)]
    [InlineData("0108" + "4000" + "c0ffee01c0ffee01", IkeFault.None)]
    [InlineData("03ff" + "4000" + "c0", IkeFault.BodyTooShort)]
    [InlineData("0000" + "9999" + "c0", IkeFault.None)]
    [InlineData("0000" + "402f", IkeFault.NotifyData)]
    [InlineData("0000" + "402f" + "000200", IkeFault.NotifyData)]
    [InlineData("0000" + "402f" + "00020005", IkeFault.None)]
    public void Notify_SpiAndData_FitTheType(string hex, IkeFault expected) => Assert.Equal(expected, Reading.FaultOf(PayloadType.Notify, hex));

    [Theory]
    [InlineData("0104c0000201", IkeFault.None)]
    [InlineData("0105c000020100", IkeFault.NotifyData)]
    [InlineData("0403616263", IkeFault.NotifyData)]
    [InlineData("0303616263", IkeFault.None)]
    [InlineData("0303610a63", IkeFault.NotifyData)]
    [InlineData("0300", IkeFault.NotifyData)]
    [InlineData("0104c00002010102030405060708090a0b0c0d0e0f", IkeFault.NotifyData)]
    [InlineData("0104c00002010102030405060708090a0b0c0d0e0f10", IkeFault.None)]
    public void Redirect_Data_IsGatewayAndNonce(string data, IkeFault expected) => Assert.Equal(expected, Reading.FaultOf(PayloadType.Notify, "00004017" + data));

    [Fact]
    public void RedirectedFrom_WithANonce_IsRefused() => Assert.Equal(IkeFault.NotifyData, Reading.FaultOf(PayloadType.Notify, "000040180104c00002010102030405060708090a0b0c0d0e0f10"));

    [Fact]
    public void TypedData_Written_IsReadAsItWas()
    {
        Assert.True(IpAddress.TryParse("2001:db8::1", out var v6));
        Assert.True(IpAddress.TryParse("192.0.2.1", out var v4));
        var hashes = new SignatureHashes([SignatureHash.Sha512, (SignatureHash)999]);
        var path = new UnnattedPath(v6, v6 with { Value = v6.Value + 1 }, 500, 4500);
        var ppk = new PpkIdentity(PpkIdentity.Opaque, Octets.Of(1, 2));
        var redirection = Redirection.To(v4, IkeSeeds.Fill(16));

        Assert.True(SignatureHashes.TryRead(hashes.ToPayload(), out var readHashes) && readHashes == hashes);
        Assert.True(UnnattedPath.TryRead(path.ToPayload(), out var readPath) && readPath == path);
        Assert.True(PpkIdentity.TryRead(ppk.ToPayload(), out var readPpk) && readPpk == ppk);
        Assert.True(Redirection.TryRead(redirection.ToPayload(NotifyType.Redirect), out var readRedirection) && readRedirection == redirection && readRedirection!.Address == v4);
        Assert.True(Notice.TryReadAddress(Notice.AdditionalAddress(v6), out var address) && address == v6);
        Assert.Equal((ushort)31, Notice.InvalidKePayload(31).Word);
        Assert.Equal(3600u, Notice.AuthLifetime(3600).DoubleWord);
        Assert.Equal(0xC0FFEE01, Notice.RekeySa(ProtocolId.Esp, 0xC0FFEE01).ChildSpi);
    }

    [Fact]
    public void TypedData_OfAnotherType_IsNotRead()
    {
        var other = new NotifyPayload(NotifyType.InitialContact);

        Assert.False(SignatureHashes.TryRead(other, out _) || UnnattedPath.TryRead(other, out _) || PpkIdentity.TryRead(other, out _) || Redirection.TryRead(other, out _) || Notice.TryReadAddress(other, out _));
        Assert.True(other.ChildSpi is null && other.Word is null && other.DoubleWord is null);
    }

    [Fact]
    public void Name_OfEveryType_IsItsOwn()
    {
        var names = Enum.GetValues<NotifyType>().Where(type => type != NotifyType.None).Select(NotifyTypes.Name).ToList();

        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("^[A-Z0-9_]+$", name));
        Assert.Equal("40000", NotifyTypes.Name((NotifyType)40000));
        Assert.True(NotifyTypes.IsError(NotifyType.StateNotFound) && NotifyTypes.IsError((NotifyType)16383) && !NotifyTypes.IsError(NotifyType.InitialContact));
    }
}
