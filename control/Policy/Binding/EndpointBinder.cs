using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Binding;

/// <summary>Binds LocalSecurityEndpoint and RemoteSecurityEndpoint, and addresses of endpoints in other statements.</summary>
internal sealed class EndpointBinder(Findings findings)
{
    /// <summary>Binds this host's end.</summary>
    public SecurityEndpoint Local(StatementNode node, bool isInline)
    {
        var block = new StatementBlock(node, findings);
        var endpoint = new SecurityEndpoint(block.Name(isInline), block.Position)
        {
            Identity = block.One<SecurityIdentity>("Identity", IdentityValues.Own)?.Value,
            Location = block.One<IReadOnlyList<AddressRange>>("Location", IdentityValues.Location),
            Others = block.Many<IpAddress>("OtherLocation", AddressValues.Single),
            Given = block.Given,
            Certificate = block.One<FileReference>("CertificateFile", KeyExchangeValues.File)?.Value,
            PrivateKey = block.One<FileReference>("PrivateKeyFile", KeyExchangeValues.File)?.Value,
        };
        block.Require("Location");
        block.Refuse(ConfigRule.Unsupported, "is not supported: certificates come from files, by CertificateFile and PrivateKeyFile", "CertificateLabel");
        block.Close();
        if (endpoint.Certificate is null != endpoint.PrivateKey is null && !block.Given.IsSupersetOf(["CertificateFile", "PrivateKeyFile"]))
        {
            findings.Error((endpoint.Certificate ?? endpoint.PrivateKey)!.Position, ConfigRule.Missing, "CertificateFile and PrivateKeyFile stand together");
        }

        return endpoint;
    }

    /// <summary>Binds the peers' end.</summary>
    public SecurityEndpoint Remote(StatementNode node, bool isInline)
    {
        var block = new StatementBlock(node, findings);
        var endpoint = new SecurityEndpoint(block.Name(isInline), block.Position)
        {
            Identity = block.One<SecurityIdentity>("Identity", IdentityValues.Peers)?.Value,
            Location = block.One<IReadOnlyList<AddressRange>>("Location", IdentityValues.Location),
            Given = block.Given,
            Authorities = [.. block.Many<FileReference>("CaFile", KeyExchangeValues.File).Select(file => file.Value)],
        };
        block.Require("Location");
        block.Refuse(ConfigRule.Unsupported, "is not supported: authorities come from files, by CaFile", "CaLabel");
        block.Close();
        return endpoint;
    }

    /// <summary>One address in place or by the name of an IpAddr; null when there is neither.</summary>
    public EndpointChoice? Address(StatementBlock block, string keyword, bool isRequired)
    {
        var inPlace = block.One<IpAddress>(keyword, AddressValues.Endpoint);
        var reference = block.Reference(keyword + "Ref");
        if (inPlace is not null && reference is not null)
        {
            findings.Error(reference.Position, ConfigRule.Duplicate, $"{keyword} is given twice; the first stands at {inPlace.Position}");
        }

        if (isRequired)
        {
            block.Require(keyword, keyword + "Ref");
        }

        return inPlace is not null ? new(inPlace.Position, inPlace.Value, null) : reference is not null ? new(reference.Position, null, reference.Name) : null;
    }
}
