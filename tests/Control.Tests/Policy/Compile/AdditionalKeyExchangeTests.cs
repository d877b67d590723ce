using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Negotiation;
using IpsecDp.Policy.Validation;

namespace Control.Tests.Policy.Compile;

public sealed class AdditionalKeyExchangeTests
{
    private const string OfIke = "DHGroup Group20";
    private const string OfChild = "AcceptablePfs Group31";

    [Fact]
    public void Lines_OfBothStatements_AreAdditionalExchangesInTheirOrder()
    {
        var text = KeyExchangeTexts.Change(OfIke, OfIke + Lines("Group19", "group15"));
        using var policy = PolicyTexts.Compile(PolicyTexts.Change(text, OfChild, OfChild + Lines("Group21", "Group14")));
        var connection = policy.Ike.Connections[0];
        Assert.Equal(["aes-256-cbc", "prf-hmac-sha2-384", "hmac-sha2-384-192", "ecp-384", "ke1-ecp-256", "ke2-modp-3072"], Names(Assert.Single(connection.Offers)));
        Assert.Equal(["aes-128-gcm-16", "ecp-256", "curve25519", "ke1-ecp-521", "ke2-modp-2048", "esn", "esn-no"], Names(Assert.Single(connection.Children[0].Offers)));
    }

    [Fact]
    public void Lines_Seven_AreTaken()
    {
        using var policy = PolicyTexts.Compile(KeyExchangeTexts.Change(OfIke, OfIke + Lines("Group14", "Group15", "Group16", "Group17", "Group18", "Group19", "Group21")));
        Assert.Equal("ke7-ecp-521", Names(policy.Ike.Connections[0].Offers[0])[^1]);
    }

    [Fact]
    public void Line_OfADefaultGroup_LeavesTheOtherForTheFirstExchange()
    {
        using var policy = PolicyTexts.Compile(KeyExchangeTexts.Change(OfIke, Lines("Group31")));
        Assert.Equal(["ecp-256", "ke1-curve25519"], Names(policy.Ike.Connections[0].Offers[0])[^2..]);
    }

    [Theory]
    [InlineData(OfIke, "▶Group1", ConfigRule.Unsupported, "768")]
    [InlineData(OfIke, "▶Group99", ConfigRule.Value, "MlKem768")]
    [InlineData(OfIke, "▶None", ConfigRule.Value, "not one of")]
    [InlineData(OfIke, "▶Group20", ConfigRule.Duplicate, "ecp-384")]
    [InlineData(OfIke, "Group19 ▶Group19", ConfigRule.Duplicate, "ecp-256")]
    [InlineData(OfIke, "▶Group5", ConfigRule.Legacy, "AllowLegacy")]
    [InlineData(OfIke, "Group14 Group15 Group16 Group17 Group18 Group19 Group21 ▶Group31", ConfigRule.TooLarge, "7 AdditionalKeyExchange")]
    [InlineData(OfChild, "▶Group99", ConfigRule.Value, "MlKem768")]
    [InlineData(OfChild, "▶Group31", ConfigRule.Duplicate, "curve25519")]
    [InlineData(OfChild, "Group20 ▶Group20", ConfigRule.Duplicate, "ecp-384")]
    [InlineData(OfChild, "▶Group2", ConfigRule.Legacy, "AllowLegacy")]
    [InlineData(OfChild, "Group14 Group15 Group16 Group17 Group18 Group20 Group21 ▶Group24", ConfigRule.TooLarge, "7 AdditionalKeyExchange")]
    public void Line_Wrong_IsRefusedWhereItStands(string behind, string methods, ConfigRule rule, string wording)
    {
        var text = KeyExchangeTexts.Change(behind, behind + Lines(methods.Split(' ')));
        if (methods.EndsWith("24", StringComparison.Ordinal))
        {
            text = PolicyTexts.Change(text, "InitiateWithPfs Group19", "AllowLegacy Yes\n   InitiateWithPfs Group19");
        }

        PolicyTexts.RefusesAtMark(text, rule, wording);
    }

    [Fact]
    public void Child_WithoutAKeyExchangeOfItsOwn_IsRefused() =>
        PolicyTexts.RefusesAtMark(KeyExchangeTexts.Change(OfChild, "AcceptablePfs ▶None" + Lines("Group20")), ConfigRule.Algorithm, "first key exchange");

    [Fact]
    public void FipsPolicy_Curve25519_IsRefused()
    {
        var text = KeyExchangeTexts.Change("IpFilterRuleRef Inside\n", "FIPS140 yes\n   IpFilterRuleRef Inside\n");
        text = PolicyTexts.Change(text, "   AcceptablePfs Group31\n", "");
        PolicyTexts.RefusesAtMark(PolicyTexts.Change(text, OfIke, OfIke + Lines("▶Group31")), ConfigRule.Algorithm, "ML-KEM");
    }

    [Theory]
    [InlineData("MlKem512", "ml-kem-512", KeyExchangeId.MlKem512)]
    [InlineData("MlKem768", "ml-kem-768", KeyExchangeId.MlKem768)]
    [InlineData("MlKem1024", "ml-kem-1024", KeyExchangeId.MlKem1024)]
    public void MlKem_IsTakenOrSaidToBeUnavailableHere(string word, string name, KeyExchangeId id)
    {
        foreach (var behind in new[] { OfIke, OfChild })
        {
            if (!KeyExchangeMethod.Of(id).IsAvailable)
            {
                PolicyTexts.RefusesAtMark(KeyExchangeTexts.Change(behind, behind + Lines("▶" + word)), ConfigRule.Algorithm, $"{name} is not available here");
                continue;
            }

            using var policy = PolicyTexts.Compile(KeyExchangeTexts.Change(behind, behind + Lines(word)));
            var connection = policy.Ike.Connections[0];
            Assert.Contains($"ke1-{name}", Names(behind == OfIke ? connection.Offers[0] : connection.Children[0].Offers[0]));
        }
    }

    private static string Lines(params string[] methods) => string.Concat(methods.Select(method => $"\n   AdditionalKeyExchange {method}"));

    private static List<string> Names(Offer offer) => [.. offer.Transforms.Select(AlgorithmNames.Of)];
}
