using IpsecDp.Crypto.Secrets;
using IpsecDp.Daemon;
using IpsecDp.Daemon.Wireshark;
using IpsecDp.Ike;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;

namespace Control.Tests.Daemon.Wireshark;

public sealed class KeyLogTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipsecdp-keylog-");
    private readonly StringWriter _words = new();

    private string Table => Path.Combine(_folder.FullName, "table");

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _words.Dispose();
    }

    [Theory]
    [InlineData(EncryptionId.AesCbc, 128, IntegrityId.HmacSha256_128, "0000000000000001,00000000000000ff,0102,0304,\"AES-CBC-128 [RFC3602]\",05,06,\"HMAC_SHA2_256_128 [RFC4868]\"\n")]
    [InlineData(EncryptionId.AesGcm16, 256, IntegrityId.None, "0000000000000001,00000000000000ff,0102,0304,\"AES-GCM-256 with 16 octet ICV [RFC5282]\",05,06,\"NONE [RFC4306]\"\n")]
    [InlineData(EncryptionId.ChaCha20Poly1305, 256, IntegrityId.None, "# IKE SA 0000000000000001_00000000000000ff: Wireshark has no name for chacha20-poly1305 prf hmac-sha2-256 curve25519\n")]
    public void Keys_ThatAreTold_StandInTheTableAndAreZeroed(EncryptionId cipher, int bits, IntegrityId mac, string line)
    {
        var suite = new IkeSuite(EncryptionTransform.Of(cipher, bits), mac == IntegrityId.None ? null : IntegrityTransform.Of(mac), PrfTransform.Of(PrfId.HmacSha256), KeyExchangeMethod.Of(KeyExchangeId.Curve25519));
        var told = new IkeEvent.KeysRevealed(new(1, 255), suite, new(new([5]), new([1, 2]), SecretBytes.Empty), new(new([6]), new([3, 4]), SecretBytes.Empty));
        using (var log = new DaemonLog(_words))
        {
            using var keys = KeyLog.Open(new DaemonOptions { IkeKeysFile = Table }, log)!;
            Assert.True(keys.WantsIke);
            keys.Tell(told);
        }

        Assert.Equal(line, File.ReadAllText(Table));
        Assert.Throws<ObjectDisposedException>(() => told.Initiator.Encryption.Reveal().Length);
        Assert.Throws<ObjectDisposedException>(() => told.Responder.Integrity.Reveal().Length);
        Assert.Equal(2, _words.ToString().Split("IDP0150W WARNING").Length - 1);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Table) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public void Open_NothingAskedFor_IsNothing()
    {
        using var log = new DaemonLog(_words);
        Assert.Null(KeyLog.Open(new DaemonOptions(), log));
    }

    [Fact]
    public void Create_WhereAFileIs_IsRefusedAndLeavesIt()
    {
        File.WriteAllText(Table, "before");
        Assert.Contains("does not exist", Assert.Throws<DaemonException>(() => KeyFile.Create(Table)).Message, StringComparison.Ordinal);
        Assert.Equal("before", File.ReadAllText(Table));
    }

    [Fact]
    public void Text_ThatIsFull_RefusesWholly()
    {
        using var text = new KeyText();
        Assert.Throws<ArgumentException>(() => text.AddSecret(new byte[2000]));
        Assert.Equal(0, text.Octets.Length);
        text.AddSecret([0xAB]);
        Assert.Equal("ab"u8, text.Octets);
        text.Clear();
        Assert.Equal(0, text.Octets.Length);
    }
}
