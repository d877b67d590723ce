using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IpsecDp.Ike.Models;
using IpsecDp.Policy.Compile;
using IpsecDp.Policy.Validation;

namespace Control.Tests.Policy.Compile;

public sealed class PolicyFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipsecdp-policy-");

    [Fact]
    public void SharedKey_InAFileOfItsOwner_IsReadWithoutItsLineEnd()
    {
        Write("psk", KeyExchangeTexts.Secret + "\n", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var policy = Compile("SharedKey File psk");
        var proof = Assert.IsType<ProofModel.Shared>(policy.Ike.Connections[0].LocalProof);
        Assert.Equal(System.Text.Encoding.ASCII.GetBytes(KeyExchangeTexts.Secret), proof.Secret.Reveal());
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void SharedKey_InAFileOpenToOthers_IsRefused(UnixFileMode others)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes");
        Write("psk", KeyExchangeTexts.Secret, UnixFileMode.UserRead | UnixFileMode.UserWrite | others);
        Refuses("SharedKey File psk", ConfigRule.Unreadable, "chmod 600");
    }

    [Theory]
    [InlineData("absent")]
    [InlineData(".")]
    public void SharedKey_InNoFile_IsRefused(string name) => Refuses($"SharedKey File {name}", ConfigRule.Unreadable, "is no file");

    [Fact]
    public void SharedKey_InAnEmptyLine_IsRefused()
    {
        Write("psk", "\n", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Refuses("SharedKey File psk", ConfigRule.WeakKey, "empty");
    }

    [Fact]
    public void Certificate_WithItsKeyAndAuthority_IsBothProofs()
    {
        WriteCertificate("own.pem", "own.key", UnixFileMode.UserRead);
        using var policy = Certified();
        var own = Assert.IsType<ProofModel.Own>(policy.Ike.Connections[0].LocalProof);
        var peers = Assert.IsType<ProofModel.Certified>(policy.Ike.Connections[0].RemoteProof);
        Assert.Equal("CN=a.example.com", Assert.Single(own.Credentials).Certificate.Subject);
        Assert.Equal("CN=a.example.com", Assert.Single(peers.Rules.Anchors).Subject);
    }

    [Fact]
    public void Certificate_WithAnothersKey_IsRefused()
    {
        WriteCertificate("other.pem", "own.key", UnixFileMode.UserRead);
        WriteCertificate("own.pem", "other.key", UnixFileMode.UserRead);
        Assert.False(TryCompile(CertifiedText(), out _, out var errors));
        Assert.Contains(errors.Shown, e => e.Rule == ConfigRule.Key && e.Text.Contains("own.pem and own.key", StringComparison.Ordinal));
    }

    [Fact]
    public void Certificate_ThatIsNone_IsRefused()
    {
        WriteCertificate("own.pem", "own.key", UnixFileMode.UserRead);
        Write("own.pem", "nothing in PEM", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.False(TryCompile(CertifiedText(), out _, out var errors));
        Assert.Equal(2, errors.Shown.Count(e => e.Rule == ConfigRule.Key));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string CertifiedText() => PolicyTexts.Change(
        KeyExchangeTexts.Change("SharedKey Ascii between-two-hosts-and-nobody-else\n", "").Replace("HowToAuthMe PresharedKey", "HowToAuthMe DigitalSignature", StringComparison.Ordinal),
        "      Identity UserAtFqdn *@example.com",
        "      Identity Any\n      CaFile own.pem").Replace("Identity Fqdn a.example.com", "Identity Fqdn a.example.com\n      CertificateFile own.pem\n      PrivateKeyFile own.key", StringComparison.Ordinal);

    private PolicyModel Certified()
    {
        Assert.True(TryCompile(CertifiedText(), out var policy, out var errors), errors.ToString());
        return policy!;
    }

    private PolicyModel Compile(string sharedKey)
    {
        Assert.True(TryCompile(KeyExchangeTexts.Change("SharedKey Ascii between-two-hosts-and-nobody-else", sharedKey), out var policy, out var errors), errors.ToString());
        return policy!;
    }

    private void Refuses(string sharedKey, ConfigRule rule, string wording)
    {
        Assert.False(TryCompile(KeyExchangeTexts.Change("SharedKey Ascii between-two-hosts-and-nobody-else", sharedKey), out _, out var errors));
        Assert.Contains(errors.Shown, e => e.Rule == rule && e.Text.Contains(wording, StringComparison.Ordinal));
        Assert.All(errors.Shown, e => Assert.DoesNotContain(KeyExchangeTexts.Secret, e.ToString(), StringComparison.Ordinal));
    }

    private bool TryCompile(string text, out PolicyModel? policy, out ConfigReport errors)
    {
        var file = Path.Combine(_folder.FullName, "test.policy");
        File.WriteAllText(file, text);
        return PolicyCompiler.TryCompileFile(file, out policy, out errors);
    }

    private void WriteCertificate(string certificate, string privateKey, UnixFileMode mode)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=a.example.com", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        Write(certificate, made.ExportCertificatePem(), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Write(privateKey, key.ExportPkcs8PrivateKeyPem(), mode);
    }

    private void Write(string name, string text, UnixFileMode mode)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }
}
