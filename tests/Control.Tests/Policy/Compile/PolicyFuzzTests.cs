using System.Text;
using IpsecDp.Policy.Compile;
using IpsecDp.Policy.Validation;

namespace Control.Tests.Policy.Compile;

public sealed class PolicyFuzzTests
{
    private const int Rounds = 1500;

    private static readonly string[] Pieces =
    [
        "{", "}", "\n", "#", " ", "\0", "-", ":", "/", ",", "0", "4294967295", "4294967296", "0x", "All", "All6", "::", "255.255.255.255", "::/0", "Yes", "No", "Off",
        "IpService", "IpServiceRef", "IpServiceGroup", "IpServiceGroupRef", "IpFilterGroup", "IpFilterGroupRef", "IpAddrGroup", "IpAddrGroupRef", "IpManVpnAction", "HowToAuth AH AES_GMAC_256",
        "HowToEncrypt 3DES", "AllowLegacy Yes", "Tunnel", "Hex", "Ascii", "Protocol icmp", "Type 255", "Active No", "EeTunnel", "UdpEe", "\uFEFF", "ü", "\r", "\t",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void TryCompile_MutatedPolicy_EndsWithModelOrCappedErrors(int seed)
    {
        var random = new Random(seed);
        var (compiled, refused) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var octets = Mutate(Encoding.UTF8.GetBytes(PolicyTexts.Transport), random);
            var isCompiled = PolicyCompiler.TryCompile(octets, "fuzz", out var model, out var errors);
            Assert.Equal(isCompiled, model is not null);
            Assert.Equal(isCompiled, errors.IsEmpty);
            Assert.InRange(errors.Shown.Count, 0, Findings.Shown);
            Assert.True(errors.Shown.Zip(errors.Shown.Skip(1)).All(pair => pair.First.Position <= pair.Second.Position), "errors are out of order");
            if (model is not null)
            {
                compiled++;
                Assert.NotEmpty(PolicySummary.Write(model));
                Assert.All(model.Tunnels, t => Assert.Equal(t.Outbound.Count, t.Inbound.Count));
                model.Dispose();
            }
            else
            {
                refused++;
            }
        }

        // Both ends must be reached, or the mutations prove nothing.
        Assert.True(compiled > 10 && refused > 10, $"{compiled} compiled, {refused} refused");
    }

    [Theory]
    [InlineData("transport.policy")]
    [InlineData("bundle.policy")]
    [InlineData("groups.policy")]
    public void TryCompile_SeedOfTheFuzzTarget_Compiles(string seed)
    {
        Assert.True(PolicyCompiler.TryCompileFile(PolicyTexts.Checkout("tests", "Fuzz", "corpus", "policy", seed), out var model, out var errors), errors.ToString());
        model.Dispose();
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var text = new List<byte>(original);
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(text.Count);
            switch (random.Next(5))
            {
                case 0:
                    text[at] = (byte)random.Next(256);
                    break;
                case 1:
                    text.RemoveRange(at, Math.Min(random.Next(1, 40), text.Count - at));
                    break;
                case 2:
                    text.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
                case 3:
                    text.InsertRange(at, text.GetRange(random.Next(text.Count / 2), random.Next(1, text.Count / 2)));
                    break;
                default:
                    SwapLines(text, random);
                    break;
            }
        }

        return [.. text];
    }

    private static void SwapLines(List<byte> text, Random random)
    {
        var lines = Encoding.Latin1.GetString([.. text]).Split('\n');
        var (a, b) = (random.Next(lines.Length), random.Next(lines.Length));
        (lines[a], lines[b]) = (lines[b], lines[a]);
        text.Clear();
        text.AddRange(Encoding.Latin1.GetBytes(string.Join('\n', lines)));
    }
}
