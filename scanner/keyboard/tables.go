package keyboard

// sheet is a layout as people write it down: for each level (plain, Shift, AltGr,
// AltGr with Shift) and each of the rows one character a key, from left to right.
// A space means that the key has none there; what is left out at the end as well.
type sheet struct {
	name, title string
	levels      [4][4]string
	dead        [4]string // for each level, the characters that wait for the next one
	decimal     rune      // the decimal key of the keypad; 0 means a point
}

const letters, capitals = "qwertyuiop", "QWERTYUIOP"

// sheets are the countries a scanner can be set to, the usual ones first.
var sheets = []sheet{
	{
		name: "us", title: "USA",
		levels: [4][4]string{
			{"`1234567890-=", letters + "[]", `asdfghjkl;'\`, " zxcvbnm,./"},
			{"~!@#$%^&*()_+", capitals + "{}", `ASDFGHJKL:"|`, " ZXCVBNM<>?"},
		},
	},
	{
		name: "uk", title: "United Kingdom, Ireland",
		levels: [4][4]string{
			{"`1234567890-=", letters + "[]", "asdfghjkl;'#", `\zxcvbnm,./`},
			{"¬!\"£$%^&*()_+", capitals + "{}", "ASDFGHJKL:@~", "|ZXCVBNM<>?"},
			{"¦   €", "  é   úíó", "á"},
			{"", "  É   ÚÍÓ", "Á"},
		},
	},
	{
		name: "de", title: "Germany, Austria",
		levels: [4][4]string{
			{"^1234567890ß´", "qwertzuiopü+", "asdfghjklöä#", "<yxcvbnm,.-"},
			{"°!\"§$%&/()=?`", "QWERTZUIOPÜ*", "ASDFGHJKLÖÄ'", ">YXCVBNM;:_"},
			{`  ²³   {[]}\`, "@ €        ~", "", "|      µ"},
			{"           ẞ"},
		},
		dead: [4]string{"^´", "`"}, decimal: ',',
	},
	{
		name: "fr", title: "France",
		levels: [4][4]string{
			{"²&é\"'(-è_çà)=", "azertyuiop^$", "qsdfghjklmù*", "<wxcvbn,;:!"},
			{" 1234567890°+", "AZERTYUIOP¨£", "QSDFGHJKLM%µ", ">WXCVBN?./§"},
			{"  ~#{[|`\\^@]}", "  €        ¤"},
		},
		dead: [4]string{"^", "¨", "~`"},
	},
	{
		name: "es", title: "Spain",
		levels: [4][4]string{
			{"º1234567890'¡", letters + "`+", "asdfghjklñ´ç", "<zxcvbnm,.-"},
			{"ª!\"·$%&/()=?¿", capitals + "^*", "ASDFGHJKLÑ¨Ç", ">ZXCVBNM;:_"},
			{`\|@#~€¬`, "  €       []", "          {}"},
		},
		dead: [4]string{"`´", "^¨", "~"},
	},
	{
		name: "it", title: "Italy",
		levels: [4][4]string{
			{`\1234567890'ì`, letters + "è+", "asdfghjklòàù", "<zxcvbnm,.-"},
			{`|!"£$%&/()=?^`, capitals + "é*", "ASDFGHJKLç°§", ">ZXCVBNM;:_"},
			{"     €     `~", "  €       []", "         @#"},
			{"", "          {}"},
		},
	},
	{
		name: "nordic", title: "Sweden, Finland",
		levels: [4][4]string{
			{"§1234567890+´", letters + "å¨", "asdfghjklöä'", "<zxcvbnm,.-"},
			{"½!\"#¤%&/()=?`", capitals + "Å^", "ASDFGHJKLÖÄ*", ">ZXCVBNM;:_"},
			{`  @£$€ {[]}\`, "  €        ~", "", "|      µ"},
		},
		dead: [4]string{"´¨", "`^", "~"}, decimal: ',',
	},
	{
		name: "dk", title: "Denmark",
		levels: [4][4]string{
			{"½1234567890+´", letters + "å¨", "asdfghjklæø'", "<zxcvbnm,.-"},
			{"§!\"#¤%&/()=?`", capitals + "Å^", "ASDFGHJKLÆØ*", ">ZXCVBNM;:_"},
			{"  @£$€ {[]} |", "  €        ~", "", `\      µ`},
		},
		dead: [4]string{"´¨", "`^", "~"}, decimal: ',',
	},
	{
		name: "no", title: "Norway",
		levels: [4][4]string{
			{`|1234567890+\`, letters + "å¨", "asdfghjkløæ'", "<zxcvbnm,.-"},
			{"§!\"#¤%&/()=?`", capitals + "Å^", "ASDFGHJKLØÆ*", ">ZXCVBNM;:_"},
			{"  @£$€ {[]} ´", "  €        ~", "", "       µ"},
		},
		dead: [4]string{"¨", "`^", "´~"}, decimal: ',',
	},
}
