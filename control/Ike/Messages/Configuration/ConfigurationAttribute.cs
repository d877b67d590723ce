using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Configuration;

/// <summary>An attribute of CP (RFC 7296 §3.15.1); empty where it only asks.</summary>
/// <param name="Type">The number, of 15 bits.</param>
/// <param name="Value">The value.</param>
public readonly record struct ConfigurationAttribute(ushort Type, Octets Value)
{
    /// <summary>INTERNAL_IP4_ADDRESS.</summary>
    public const ushort Ip4Address = 1;

    /// <summary>INTERNAL_IP4_NETMASK.</summary>
    public const ushort Ip4Netmask = 2;

    /// <summary>INTERNAL_IP4_DNS.</summary>
    public const ushort Ip4Dns = 3;

    /// <summary>INTERNAL_IP4_NBNS.</summary>
    public const ushort Ip4Nbns = 4;

    /// <summary>INTERNAL_IP4_DHCP.</summary>
    public const ushort Ip4Dhcp = 6;

    /// <summary>APPLICATION_VERSION.</summary>
    public const ushort ApplicationVersion = 7;

    /// <summary>INTERNAL_IP6_ADDRESS.</summary>
    public const ushort Ip6Address = 8;

    /// <summary>INTERNAL_IP6_DNS.</summary>
    public const ushort Ip6Dns = 10;

    /// <summary>INTERNAL_IP6_DHCP.</summary>
    public const ushort Ip6Dhcp = 12;

    /// <summary>INTERNAL_IP4_SUBNET.</summary>
    public const ushort Ip4Subnet = 13;

    /// <summary>SUPPORTED_ATTRIBUTES.</summary>
    public const ushort SupportedAttributes = 14;

    /// <summary>INTERNAL_IP6_SUBNET.</summary>
    public const ushort Ip6Subnet = 15;

    /// <summary>Octets on the wire.</summary>
    public int WireLength => 4 + Value.Length;

    /// <summary>Whether the value is as long as RFC 7296 §3.15.1 says for the type; a type that is not known takes any.</summary>
    internal static bool IsFit(ushort type, int length) => type switch
    {
        Ip4Address or Ip4Netmask or Ip4Dns or Ip4Nbns or Ip4Dhcp => length is 0 or 4,
        // Some peers ask for an address of IPv6 without the prefix length.
        Ip6Address => length is 0 or 16 or 17,
        Ip6Dns or Ip6Dhcp => length is 0 or 16,
        Ip4Subnet => length is 0 or 8,
        Ip6Subnet => length is 0 or 17,
        SupportedAttributes => length % 2 == 0,
        _ => true,
    };
}
