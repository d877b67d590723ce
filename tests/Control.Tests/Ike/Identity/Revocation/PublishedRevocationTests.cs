using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using IpsecDp.Ike.Identity.Certificates;
using IpsecDp.Ike.Identity.Revocation;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.TestKit.Vectors;

namespace Control.Tests.Ike.Identity.Revocation;

/// <summary>The lists and answers of BoringSSL's tests: each file holds an authority, a certificate and what is said about it, and its name says how that is to be read.</summary>
public sealed class PublishedRevocationTests
{
    private static readonly DateTimeOffset ListTime = new(2017, 3, 9, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset AnswerTime = new(2017, 3, 2, 0, 0, 0, TimeSpan.Zero);

    // What that test suite takes and we do not: a list without the nextUpdate RFC 5280 §5.1.2.5 demands.
    private static readonly string[] StricterHere = ["good_no_nextupdate", "good_fake_extension_no_nextupdate"];

    // What that suite refuses and we read, the odd octets being under the authority's own signature: lists that revoke the certificate in an
    // odd form, empty sequences, and a certificate whose point names another issuer beside a list by its own.
    private static readonly string[] OtherwiseHere =
        ["bad_fake_critical_crlentryextension", "invalid_v1_with_crlentryextension", "invalid_idp_empty_sequence", "invalid_revoked_empty_sequence", "bad_crldp_has_crlissuer"];

    [Fact]
    public void Lists_EveryFile_IsReadAsItsNameSays()
    {
        var (good, revoked, unknown) = (0, 0, 0);
        foreach (var file in Files("crl_unittest"))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            var fault = Check(file, "CRL", ListTime, isOcsp: false);
            var expected = name.StartsWith("good", StringComparison.Ordinal) && !StricterHere.Contains(name) ? CertificateFault.None
                : name.StartsWith("revoked", StringComparison.Ordinal) ? CertificateFault.Revoked : CertificateFault.RevocationUnknown;
            Assert.True(fault == expected || OtherwiseHere.Contains(name), $"{name}: {fault}, not {expected}");
            _ = expected switch { CertificateFault.None => good++, CertificateFault.Revoked => revoked++, _ => unknown++ };
        }

        Assert.Equal((10, 3), (good, revoked));
        Assert.InRange(unknown, 25, int.MaxValue);
    }

    [Theory]
    [InlineData("good_response", CertificateFault.None)]
    [InlineData("good_response_next_update", CertificateFault.None)]
    [InlineData("ocsp_sign_direct", CertificateFault.None)]
    [InlineData("has_extension", CertificateFault.None)]
    [InlineData("responder_id", CertificateFault.None)]
    [InlineData("revoke_response_reason", CertificateFault.Revoked)]
    [InlineData("bad_signature", CertificateFault.RevocationUnknown)]
    [InlineData("bad_status", CertificateFault.RevocationUnknown)]
    [InlineData("bad_ocsp_type", CertificateFault.RevocationUnknown)]
    [InlineData("invalid_response", CertificateFault.RevocationUnknown)]
    [InlineData("missing_response", CertificateFault.RevocationUnknown)]
    [InlineData("other_response", CertificateFault.RevocationUnknown)]
    [InlineData("future_response", CertificateFault.RevocationUnknown)]
    [InlineData("stale_response", CertificateFault.RevocationUnknown)]
    [InlineData("ocsp_sign_bad_indirect", CertificateFault.RevocationUnknown)]
    [InlineData("unknown_response", CertificateFault.RevocationUnknown)]
    [InlineData("has_critical_response_extension", CertificateFault.RevocationUnknown)]
    [InlineData("has_critical_single_extension", CertificateFault.RevocationUnknown)]
    public void Answers_EachFile_IsReadAsItsNameSays(string name, CertificateFault expected) =>
        Assert.Equal(expected, Check(PublishedJson.PathOf($"boringssl/pki/ocsp_unittest/{name}.pem"), "OCSP RESPONSE", AnswerTime, isOcsp: true));

    private static CertificateFault Check(string file, string kind, DateTimeOffset now, bool isOcsp)
    {
        var text = File.ReadAllText(file);
        using var authority = X509CertificateLoader.LoadCertificate(Block(text, "CA CERTIFICATE 2") ?? Block(text, "CA CERTIFICATE")!);
        using var subject = X509CertificateLoader.LoadCertificate(Block(text, "CERTIFICATE")!);
        var said = Block(text, kind) is { } octets ? new Octets(octets) : Octets.Empty;
        var evidence = isOcsp ? new RevocationEvidence([], [said]) : new RevocationEvidence([said], []);
        var rules = new PathRules { Anchors = [], Revocation = RevocationMode.Always, TakesSha1 = true };
        return RevocationCheck.OfPath([subject, authority], rules, evidence, now);
    }

    private static byte[]? Block(string text, string kind) =>
        Regex.Match(text, $"-----BEGIN {kind}-----([^-]*)-----END {kind}-----") is { Success: true } match ? Convert.FromBase64String(match.Groups[1].Value) : null;

    private static string[] Files(string folder)
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        return Directory.GetFiles(Path.GetDirectoryName(PublishedJson.PathOf($"boringssl/pki/{folder}/revoked.pem"))!, "*.pem");
    }
}
